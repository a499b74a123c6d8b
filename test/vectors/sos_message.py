"""Messages to recipients' keys, and secret keys under a passphrase, as crypto/README.md describes them, over PyNaCl."""

import hashlib
import re
import unicodedata

from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_decrypt as aead_open
from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_encrypt as aead_seal
from nacl.bindings import crypto_box, crypto_box_seal_open, crypto_pwhash_ALG_ARGON2ID13, crypto_pwhash_alg, crypto_scalarmult_base
from nacl.exceptions import CryptoError

from sos_format import Refused, bucket_for, framed, pad, split_key, u32, unpad

ENTRY = 100


def key_id(public):
    if len(public) != 32:
        raise Refused("key-invalid")
    return hashlib.blake2b(b"sos/recipient-key/1\n" + public, digest_size=20).digest()


def recipient_key_id(public):
    name = key_id(public)
    try:
        crypto_box(b"", bytes(24), public, bytes(range(32)))
    except CryptoError:
        raise Refused("key-invalid") from None
    return "x25519:" + name.hex()


def sealed_box(public, message, ephemeral):
    """The box of libsodium's crypto_box_seal, with the ephemeral secret key given."""
    own = crypto_scalarmult_base(ephemeral)
    nonce = hashlib.blake2b(own + public, digest_size=24).digest()
    return own + crypto_box(message, nonce, public, ephemeral)


def entry(public, data_key, ephemeral):
    return key_id(public) + sealed_box(public, data_key, ephemeral)


def context_bytes(context):
    if not 0 < len(context.encode()) <= 1024:
        raise Refused("place")
    return framed(context.encode())


def seal_message(entries, data_key, context, plaintext, nonce, padded=None):
    """Takes the entries as they are, so that messages can be made that must be refused."""
    header = b"SOSM" + bytes([1, len(entries)]) + b"".join(entries)
    encryption, commitment = split_key(data_key, nonce, b"sos/message/1\n")
    body = aead_seal(pad(plaintext) if padded is None else padded, header + context_bytes(context), nonce, encryption)
    return header + nonce + commitment + body


def open_message(public, secret, context, message):
    if len(message) < 6 or message[:4] != b"SOSM":
        raise Refused("malformed")
    if message[4] != 1:
        raise Refused("unsupported")
    nonce_at = 6 + message[5] * ENTRY
    size = len(message) - nonce_at - 24 - 32 - 16
    if message[5] == 0 or size < 256 or bucket_for(size - 4) != size:
        raise Refused("malformed")
    entries = [message[at : at + ENTRY] for at in range(6, nonce_at, ENTRY)]
    ids = [each[:20] for each in entries]
    if ids != sorted(set(ids)):
        raise Refused("malformed")
    header, nonce = message[:nonce_at], message[nonce_at : nonce_at + 24]
    commitment, body = message[nonce_at + 24 : nonce_at + 56], message[nonce_at + 56 :]
    if key_id(public) not in ids:
        raise Refused("key-unknown")
    try:
        data_key = crypto_box_seal_open(entries[ids.index(key_id(public))][20:], public, secret)
        encryption, expected = split_key(data_key, nonce, b"sos/message/1\n")
        if commitment != expected:
            raise Refused("refused")
        return unpad(aead_open(body, header + context_bytes(context), nonce, encryption))
    except CryptoError:
        raise Refused("refused") from None


def passphrase_bytes(passphrase):
    text = re.sub("[\t\n\r ]+", " ", unicodedata.normalize("NFKC", passphrase)).strip(" ")
    if text == "":
        raise Refused("input")
    return text.encode()


def unlock(passphrase, header, nonce):
    passes, memory = int.from_bytes(header[5:9], "big"), int.from_bytes(header[9:13], "big")
    key = crypto_pwhash_alg(32, passphrase_bytes(passphrase), header[13:29], passes, memory, crypto_pwhash_ALG_ARGON2ID13)
    return split_key(key, nonce, b"sos/wrapped-secret/1\n")


def wrap_secret(passphrase, secret, passes, memory, salt, nonce):
    header = b"SOSW\1" + u32(passes) + u32(memory) + salt
    encryption, commitment = unlock(passphrase, header, nonce)
    return header + nonce + commitment + aead_seal(secret, header + crypto_scalarmult_base(secret), nonce, encryption)


def unwrap_secret(passphrase, public, wrapped):
    if len(wrapped) < 5 or wrapped[:4] != b"SOSW":
        raise Refused("malformed")
    if wrapped[4] != 1:
        raise Refused("unsupported")
    passes, memory = int.from_bytes(wrapped[5:9], "big"), int.from_bytes(wrapped[9:13], "big")
    if len(wrapped) != 133 or not 1 <= passes <= 16 or memory % 1024 or not 8 * 1024 <= memory <= 1024**3:
        raise Refused("malformed")
    header, nonce = wrapped[:29], wrapped[29:53]
    encryption, expected = unlock(passphrase, header, nonce)
    if wrapped[53:85] != expected:
        raise Refused("refused")
    try:
        secret = aead_open(wrapped[85:], header + public, nonce, encryption)
    except CryptoError:
        raise Refused("refused") from None
    if crypto_scalarmult_base(secret) != public:
        raise Refused("refused")
    return secret
