"""Streams of content of any length, as crypto/README.md describes them, over PyNaCl's secretstream."""

from nacl.bindings import crypto_secretstream_xchacha20poly1305_init_pull as init_pull
from nacl.bindings import crypto_secretstream_xchacha20poly1305_pull as pull
from nacl.bindings import crypto_secretstream_xchacha20poly1305_push as push
from nacl.bindings import crypto_secretstream_xchacha20poly1305_state as State
from nacl.exceptions import CryptoError

from sos_format import KEY_ID, Refused, padded_size, place_bytes, split_key

CHUNK = 64 * 1024
FINAL = 3


def begin(key, header, stream_header):
    state = State()
    init_pull(state, stream_header, key)
    return state


def seal_stream(key_id, key, place, content, nonce, stream_header, padded=None):
    """Both ends of a secretstream begin in the state that its header gives; so this can write under a header that was chosen."""
    header = b"SOSF" + bytes([1, len(key_id)]) + key_id.encode()
    encryption, commitment = split_key(key, nonce, b"sos/stream/1\n")
    if padded is None:
        padded = content + b"\x80" + bytes(padded_size(len(content) + 1) - len(content) - 1)
    state = begin(encryption, header, stream_header)
    sealed = header + nonce + commitment + stream_header
    for at in range(0, len(padded), CHUNK):
        last = at + CHUNK >= len(padded)
        sealed += push(state, padded[at : at + CHUNK], header + place_bytes(place), FINAL if last else 0)
    return sealed


def open_stream(keys, place, sealed):
    if len(sealed) < 6 or sealed[:4] != b"SOSF":
        raise Refused("malformed")
    if sealed[4] != 1:
        raise Refused("unsupported")
    nonce_at = 6 + sealed[5]
    header, nonce, commitment = sealed[:nonce_at], sealed[nonce_at : nonce_at + 24], sealed[nonce_at + 24 : nonce_at + 56]
    stream_header, body = sealed[nonce_at + 56 : nonce_at + 80], sealed[nonce_at + 80 :]
    try:
        key_id = header[6:].decode("ascii")
    except UnicodeDecodeError:
        raise Refused("malformed") from None
    if not KEY_ID.match(key_id):
        raise Refused("malformed")
    if key_id not in keys:
        raise Refused("key-unknown")
    if len(stream_header) < 24:
        raise Refused("malformed")
    encryption, expected = split_key(keys[key_id], nonce, b"sos/stream/1\n")
    if commitment != expected:
        raise Refused("refused")
    state = begin(encryption, header, stream_header)
    return read_chunks(state, header + place_bytes(place), body)


def read_chunks(state, associated, body):
    content = b""
    step = CHUNK + 17
    for at in range(0, max(len(body), 1), step):
        chunk = body[at : at + step]
        size, last = len(chunk) - 17, at + step >= len(body)
        if size != CHUNK and (at > 0 or size < 256 or padded_size(size) != size):
            raise Refused("malformed")
        try:
            opened, tag = pull(state, chunk, associated)
        except CryptoError:
            raise Refused("refused") from None
        if tag != (FINAL if last else 0):
            raise Refused("refused")
        if last:
            opened = opened.rstrip(b"\0")
            if opened[-1:] != b"\x80" or (at == 0 and padded_size(len(opened)) != size):
                raise Refused("malformed")
            opened = opened[:-1]
        content += opened
    return content
