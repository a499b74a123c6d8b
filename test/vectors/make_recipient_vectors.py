"""The vectors of messages, wrapped secrets, streams and signatures: a part of crypto.json, see make_vectors.py."""

import hashlib

from nacl.bindings import crypto_scalarmult_base

import sos_format as sos
import sos_message as message
import sos_stream as stream

CONTEXT = "message/00000000-0000-4000-8000-0000000000e1"
NONCE = bytes(range(100, 124))
TEXT = "A sealed text: ñ, ع, é.".encode()
SECRETS = [bytes(range(start, start + 32)) for start in (0, 32, 64)]
PUBLICS = [crypto_scalarmult_base(secret) for secret in SECRETS]
EPHEMERAL = bytes(range(128, 160))
DATA_KEY = bytes(range(160, 192))


def opens(text):
    return {"opens": text.hex()}


def refused(code):
    return {"refused": code}


def changed(value, at, to=None):
    return value[:at] + bytes([value[at] ^ 1 if to is None else to]) + value[at + 1 :]


def recipient_keys():
    for public in PUBLICS:
        yield {"publicKey": public.hex(), "id": message.recipient_key_id(public)}
    for name, public in {"a point of low order": bytes(32), "another one": b"\1" + bytes(31), "31 bytes": bytes(31)}.items():
        yield {"name": name, "publicKey": public.hex(), "refused": "key-invalid"}


def entries(*holders):
    return sorted(message.entry(PUBLICS[holder], DATA_KEY, EPHEMERAL) for holder in holders)


def sealed(boxes, plaintext=TEXT, padded=None):
    return message.seal_message(boxes, DATA_KEY, CONTEXT, plaintext, NONCE, padded)


def message_vector(name, sent, outcome, holder=0, context=CONTEXT, secret=None):
    keys = {"publicKey": PUBLICS[holder].hex(), "secretKey": (SECRETS[holder] if secret is None else secret).hex()}
    return {"name": name, **keys, "context": context, "message": sent.hex(), **outcome}


def messages():
    one, two = sealed(entries(0)), sealed(entries(0, 1))
    nonce_at = 6 + 2 * message.ENTRY
    yield message_vector("to one key", one, opens(TEXT))
    yield message_vector("the empty text", sealed(entries(0), b""), opens(b""))
    yield message_vector("one byte more than its bucket holds", sealed(entries(0), b"x" * 253), opens(b"x" * 253))
    yield message_vector("to two keys, by the first", two, opens(TEXT))
    yield message_vector("to two keys, by the second", two, opens(TEXT), holder=1)
    yield message_vector("a key it was not sealed to", two, refused("key-unknown"), holder=2)
    yield message_vector("another secret under the same public key", one, refused("refused"), secret=SECRETS[1])
    yield message_vector("moved to another context", one, refused("refused"), context=CONTEXT[:-1] + "2")
    yield message_vector("no context", one, refused("place"), context="")
    mine = message.entry(PUBLICS[0], DATA_KEY, EPHEMERAL)
    theirs = message.entry(PUBLICS[2], DATA_KEY, EPHEMERAL)
    yield message_vector("a recipient taken away", two[:5] + b"\1" + mine + two[nonce_at:], refused("refused"))
    added = b"".join(sorted([mine, theirs]))
    yield message_vector("a recipient added", one[:5] + b"\2" + added + one[106:], refused("refused"))
    yield message_vector("and for the one who was added", one[:5] + b"\2" + added + one[106:], refused("refused"), holder=2)
    swapped = two[:6] + two[106:206] + two[6:106] + two[206:]
    yield message_vector("recipients in another order", swapped, refused("malformed"))
    yield message_vector("a recipient twice", sealed([mine, mine]), refused("malformed"))
    yield message_vector("the box of another recipient", one[:26] + theirs[20:] + one[106:], refused("refused"))
    other_key = message.entry(PUBLICS[0], bytes(32), EPHEMERAL)
    yield message_vector("a box with another data key", one[:6] + other_key + one[106:], refused("refused"))
    again = message.entry(PUBLICS[0], DATA_KEY, bytes(range(192, 224)))
    yield message_vector("the same data key in a new box", one[:6] + again + one[106:], refused("refused"))
    yield message_vector("altered key id", changed(one, 6), refused("key-unknown"))
    yield message_vector("altered box", changed(one, 60), refused("refused"))
    for part, at in {"nonce": 106, "commitment": 130, "ciphertext": 162, "tag": len(one) - 1}.items():
        yield message_vector(f"altered {part}", changed(one, at), refused("refused"))
    yield message_vector("not a message", changed(one, 0), refused("malformed"))
    yield message_vector("a later format", changed(one, 4, 2), refused("unsupported"))
    yield message_vector("no recipients", sealed([]), refused("malformed"))
    yield message_vector("no bytes", b"", refused("malformed"))
    yield message_vector("cut short by one byte", one[:-1], refused("malformed"))
    yield message_vector("one byte too many", one + b"\0", refused("malformed"))
    yield message_vector("padding that is not zero", sealed(entries(0), padded=sos.pad(TEXT)[:-1] + b"\1"), refused("malformed"))


def wrapped_secrets():
    passphrase, cheap = "seven wide rivers, déjà vu", (1, 8192)
    salt = bytes(range(200, 216))
    public, secret = PUBLICS[0], SECRETS[0]
    good = message.wrap_secret(passphrase, secret, *cheap, salt, NONCE)

    def vector(name, wrapped, outcome, words=passphrase, key=public):
        return {"name": name, "passphrase": words, "publicKey": key.hex(), "wrapped": wrapped.hex(), **outcome}

    yield vector("the cheapest there is", good, opens(secret))
    yield vector("as a browser makes it", message.wrap_secret(passphrase, secret, 4, 128 * 1024**2, salt, NONCE), opens(secret))
    yield vector("the passphrase with blanks and a decomposed accent", good, opens(secret), " seven  wide\u3000rivers, de\u0301ja\u0300 vu\n")
    yield vector("another passphrase", good, refused("refused"), passphrase + ".")
    yield vector("the passphrase in capitals", good, refused("refused"), passphrase.upper())
    yield vector("no passphrase", good, refused("input"), " \n")
    yield vector("another public key", good, refused("refused"), key=PUBLICS[1])
    yield vector("another number of passes", changed(good, 8, 2), refused("refused"))
    for part, at in {"salt": 13, "nonce": 29, "commitment": 53, "ciphertext": 85, "tag": 132}.items():
        yield vector(f"altered {part}", changed(good, at), refused("refused"))
    yield vector("no passes", changed(good, 8, 0), refused("malformed"))
    yield vector("more passes than there are", changed(good, 8, 17), refused("malformed"))
    yield vector("less memory than there is", changed(good, 11, 0), refused("malformed"))
    yield vector("memory that is no whole KiB", changed(good, 12, 1), refused("malformed"))
    yield vector("not a wrapped secret", changed(good, 0), refused("malformed"))
    yield vector("a later format", changed(good, 4, 2), refused("unsupported"))
    yield vector("cut short by one byte", good[:-1], refused("malformed"))
    yield vector("one byte too many", good + b"\0", refused("malformed"))


KEY_ID, KEY = "case:00000000-0000-4000-8000-000000000001:1", bytes(range(32))
PLACE = {"table": "File", "column": "sealed", "row": "00000000-0000-4000-8000-0000000000f1", "version": 1, "owner": KEY_ID[5:41]}
STREAM_HEADER = bytes(range(124, 148))


def made(content=TEXT, padded=None):
    return stream.seal_stream(KEY_ID, KEY, PLACE, content, NONCE, STREAM_HEADER, padded)


def streams():
    good, nonce_at = made(), 6 + len(KEY_ID)

    def vector(name, content, outcome, place=PLACE, keys=None):
        keys = {KEY_ID: KEY} if keys is None else keys
        return {"name": name, "keys": {i: k.hex() for i, k in keys.items()}, "place": place, "stream": content.hex(), **outcome}

    yield vector("a short content", good, opens(TEXT))
    yield vector("no content", made(b""), opens(b""))
    yield vector("a content that fills its chunk", made(b"x" * 255), opens(b"x" * 255))
    yield vector("one byte more takes the next size", made(b"x" * 256), opens(b"x" * 256))
    yield vector("content that ends like padding", made(b"\x80\0\0"), opens(b"\x80\0\0"))
    yield vector("moved to another row", good, refused("refused"), {**PLACE, "row": "another"})
    yield vector("moved to another owner", good, refused("refused"), {**PLACE, "owner": "another"})
    yield vector("a key that is not at hand", good, refused("key-unknown"), keys={})
    yield vector("another key under the same id", good, refused("refused"), keys={KEY_ID: bytes(32)})
    for part, at in {"nonce": 0, "commitment": 24, "secretstream header": 56, "chunk": 80}.items():
        yield vector(f"altered {part}", changed(good, nonce_at + at), refused("refused"))
    yield vector("altered end of the chunk", changed(good, len(good) - 1), refused("refused"))
    yield vector("an envelope", b"SOSE" + good[4:], refused("malformed"))
    yield vector("a later format", changed(good, 4, 2), refused("unsupported"))
    yield vector("an ill-formed key id", good.replace(b"case:", b"CASE:"), refused("malformed"))
    yield vector("no bytes", b"", refused("malformed"))
    yield vector("no chunk", good[: nonce_at + 80], refused("malformed"))
    yield vector("cut short by one byte", good[:-1], refused("malformed"))
    yield vector("one byte too many", good + b"\0", refused("malformed"))
    yield vector("no mark of the end", made(padded=bytes(256)), refused("malformed"))
    yield vector("another mark of the end", made(padded=TEXT + b"\1" + bytes(255 - len(TEXT))), refused("malformed"))
    yield vector("more padding than needed", made(padded=TEXT + b"\x80" + bytes(511 - len(TEXT))), refused("malformed"))


def long_streams():
    """Too long to print: what to make, and the digest of what comes out."""
    for length in (65535, 65536, 200000):
        digest = hashlib.blake2b(made(b"x" * length), digest_size=32).hexdigest()
        recipe = {"keyId": KEY_ID, "key": KEY.hex(), "place": PLACE, "nonce": NONCE.hex(), "header": STREAM_HEADER.hex()}
        yield {**recipe, "byte": "x", "length": length, "digest": digest}


def signatures(lasting):
    public, secret = sos.network_key(lasting)
    for signed in (b"", b"sos/checkpoint/1\n" + TEXT):
        yield {"keyId": "signature:1", "publicKey": public.hex(), "signed": signed.hex(), "signature": sos.sign(secret, signed).hex()}


def derived_tokens(lasting):
    for row in ("00000000-0000-4000-8000-0000000000e1", "00000000-0000-4000-8000-0000000000e2"):
        token = sos.digest_bytes(sos.subkey(lasting, "link-seed"), "message-token", row.encode())
        digest = sos.keyed_digest("link-digest:1", sos.subkey(lasting, "link-digest"), "message-token", token)
        yield {"kind": "message", "id": row, "token": sos.b64(token), "digest": digest}
