"""
Writes crypto.json, the published vectors, with fixed keys and nonces: python make_vectors.py > crypto.json
The vectors come from the independent implementation, so that the program is never checked against itself.
"""

import json

import make_recipient_vectors as recipients
import sos_format as sos

CASE = "00000000-0000-4000-8000-000000000001"
OTHER = "00000000-0000-4000-8000-000000000002"
DOCUMENT = "00000000-0000-4000-8000-0000000000d1"
CASE_ID, DESK_ID = f"case:{CASE}:1", "desk:1"
KEYS = {CASE_ID: bytes(range(32)), f"case:{OTHER}:1": bytes(range(32, 64)), DESK_ID: bytes(range(64, 96))}
PLACE = {"table": "Document", "column": "sealed", "row": DOCUMENT, "version": 1, "owner": CASE}
NONCE = bytes(range(100, 124))
TEXT = "A sealed text: ñ, ع, é.".encode()


def hexed(keys):
    return {key_id: key.hex() for key_id, key in keys.items()}


def vector(name, envelope, outcome, place=PLACE, keys=KEYS):
    return {"name": name, "keys": hexed(keys), "place": place, "envelope": envelope.hex(), **outcome}


def opens(text):
    return {"opens": text.hex()}


def refused(code):
    return {"refused": code}


def changed(envelope, at, to):
    return envelope[:at] + bytes([to]) + envelope[at + 1 :]


def envelopes():
    good = sos.seal(CASE_ID, KEYS[CASE_ID], PLACE, TEXT, NONCE)
    key = KEYS[CASE_ID]
    nonce_at = 6 + len(CASE_ID)
    bare = {name: value for name, value in PLACE.items() if name != "owner"}
    yield vector("a short text", good, opens(TEXT))
    yield vector("the empty text", sos.seal(CASE_ID, key, PLACE, b"", NONCE), opens(b""))
    yield vector("a text that fills its bucket", sos.seal(CASE_ID, key, PLACE, b"x" * 252, NONCE), opens(b"x" * 252))
    yield vector("one byte more takes the next bucket", sos.seal(CASE_ID, key, PLACE, b"x" * 253, NONCE), opens(b"x" * 253))
    yield vector("a place without an owner", sos.seal(DESK_ID, KEYS[DESK_ID], bare, TEXT, NONCE), opens(TEXT), bare)
    workflow = {"table": "temporal", "column": "payload", "row": f"case/{CASE}/letter/{DOCUMENT}", "version": 1, "owner": "default"}
    yield vector("the place of a payload", sos.seal(CASE_ID, key, workflow, TEXT, NONCE), opens(TEXT), workflow)
    for field, value in {"table": "Finding", "column": "title", "row": OTHER, "version": 2, "owner": OTHER}.items():
        yield vector(f"moved to another {field}", good, refused("refused"), {**PLACE, field: value})
    yield vector("moved to a place without an owner", good, refused("refused"), bare)
    yield vector("a key that is not at hand", good, refused("key-unknown"), keys={DESK_ID: KEYS[DESK_ID]})
    yield vector("another key under the same id", good, refused("refused"), keys={CASE_ID: KEYS[DESK_ID]})
    yield vector("another key id in the header", good.replace(CASE.encode(), OTHER.encode()), refused("refused"))
    yield vector("altered nonce", changed(good, nonce_at, 0), refused("refused"))
    yield vector("altered commitment", changed(good, nonce_at + 24, good[nonce_at + 24] ^ 1), refused("refused"))
    yield vector("altered ciphertext", changed(good, nonce_at + 56, good[nonce_at + 56] ^ 1), refused("refused"))
    yield vector("altered tag", changed(good, len(good) - 1, good[-1] ^ 1), refused("refused"))
    yield vector("not an envelope", changed(good, 0, 0), refused("malformed"))
    yield vector("a later format", changed(good, 4, 2), refused("unsupported"))
    yield vector("no bytes", b"", refused("malformed"))
    yield vector("cut short by one byte", good[:-1], refused("malformed"))
    yield vector("one byte too many", good + b"\0", refused("malformed"))
    yield vector("cut after the header", good[:nonce_at], refused("malformed"))
    yield vector("an ill-formed key id", good.replace(b"case:", b"CASE:"), refused("malformed"))
    yield vector("a key id of no bytes", changed(good, 5, 0), refused("malformed"))
    lies = {
        "padding that is not zero": sos.pad(TEXT)[:-1] + b"\1",
        "a length beyond the bucket": b"\0\0\1\0" + bytes(252),
        "a bucket larger than needed": sos.u32(3) + b"abc" + bytes(505),
    }
    for name, padded in lies.items():
        yield vector(name, sos.seal(CASE_ID, key, PLACE, b"", NONCE, padded), refused("malformed"))


LETTERS = [
    {"version": 1, "texts": {"en": "An open letter", "fr": "Une lettre ouverte, déjà", "ar": "رسالة مفتوحة"}, "target": None},
    {"b": 1, "a": [True, False, -7, 9007199254740991], "é": "e\u0301", "\U0001f54a": "\u2028 \" \\ \u0001 \t", "\uff5e": ""},
    [],
]


def digests():
    key = {"keyId": "link-digest:1", "key": bytes(range(32)).hex()}
    for purpose, parts in [("link-token", [bytes(32)]), ("index-person-name", [b"ab", b"c"]), ("index-person-name", [b"a", b"bc"])]:
        digest = sos.keyed_digest(key["keyId"], bytes(range(32)), purpose, *parts)
        yield {**key, "purpose": purpose, "parts": [part.hex() for part in parts], "digest": digest}


def chain():
    head = bytes(32)
    for seq, case_id, action in [(1, None, "sign-in"), (2, CASE, "read"), (3, CASE, "decide")]:
        entry = {"seq": seq, "at": f"2026-01-02T03:04:0{seq}.000Z", "actor": "person-1", "action": action}
        entry |= {"caseId": case_id, "subjectId": DOCUMENT if case_id else None}
        key_id = CASE_ID if case_id else "audit:1"
        key = KEYS[CASE_ID] if case_id else bytes(range(96, 128))
        detail = {"why": "the word of the day", "step": seq}
        entry["commitment"] = sos.commitment(key_id, key, entry, detail)
        head = sos.next_hash(head, entry)
        yield {"keyId": key_id, "key": key.hex(), "detail": detail, "entry": entry, "hash": head.hex()}


LASTING = bytes(range(33, 65))


def keyring():
    roots = {"wrapping": bytes(range(1, 33)), "lasting": LASTING}
    keys = [{"root": root, "version": 1, "created": "2026-01-02T03:04:05.000Z", "secret": sos.b64(key)} for root, key in roots.items()]
    uses = {"wrap": "wrapping", "directory": "wrapping", "desk": "wrapping"}
    uses |= {use: "lasting" for use in ("blind-index", "link-digest", "token-digest", "audit", "signature", "link-seed")}
    place = {"table": "CaseKey", "column": "wrapped", "row": CASE, "version": 1}
    wrapped = sos.seal("wrap:1", sos.subkey(roots["wrapping"], "wrap"), place, KEYS[CASE_ID], NONCE)
    return {
        "file": {"format": "sos-keyring/1", "active": {"wrapping": 1, "lasting": 1}, "keys": keys},
        "keys": {f"{use}:1": sos.subkey(roots[root], use).hex() for use, root in uses.items()},
        "caseKey": {"caseId": CASE, "version": 1, "key": KEYS[CASE_ID].hex(), "wrapped": wrapped.hex()},
    }


GOOD = sos.b64(bytes(range(32)))
TOKENS = [
    {"name": "a link", "kind": "link", "text": GOOD, "bytes": bytes(range(32)).hex()},
    {"name": "a personal token", "kind": "api", "text": "sos_" + GOOD, "bytes": bytes(range(32)).hex()},
    {"name": "another spelling of the last character", "kind": "link", "text": GOOD[:-1] + chr(ord(GOOD[-1]) + 1), "bytes": None},
    {"name": "with padding", "kind": "link", "text": GOOD + "=", "bytes": None},
    {"name": "the other alphabet", "kind": "link", "text": "+" + GOOD[1:], "bytes": None},
    {"name": "a space at the end", "kind": "link", "text": GOOD + " ", "bytes": None},
    {"name": "a line break inside", "kind": "link", "text": GOOD[:20] + "\n" + GOOD[21:], "bytes": None},
    {"name": "31 bytes", "kind": "link", "text": sos.b64(bytes(31)), "bytes": None},
    {"name": "33 bytes", "kind": "link", "text": sos.b64(bytes(33)), "bytes": None},
    {"name": "nothing", "kind": "link", "text": "", "bytes": None},
    {"name": "a personal token as a link", "kind": "link", "text": "sos_" + GOOD, "bytes": None},
    {"name": "a link as a personal token", "kind": "api", "text": GOOD, "bytes": None},
    {"name": "the prefix in capitals", "kind": "api", "text": "SOS_" + GOOD, "bytes": None},
    {"name": "of a sealed message", "kind": "message", "text": GOOD, "bytes": bytes(range(32)).hex()},
    {"name": "of an invitation to make a key", "kind": "key-invitation", "text": GOOD, "bytes": bytes(range(32)).hex()},
]

vectors = {
    "about": "Vectors of crypto/README.md. Bytes are hexadecimal. Each states its outcome: what it opens to, or the code it is refused with.",
    "envelopes": list(envelopes()),
    "digests": list(digests()),
    "letters": [{"letter": letter, "canonical": sos.canonical(letter).decode(), "digest": sos.letter_digest(letter)} for letter in LETTERS],
    "chain": list(chain()),
    "keyring": keyring(),
    "tokens": TOKENS,
    "recipientKeys": list(recipients.recipient_keys()),
    "messages": list(recipients.messages()),
    "wrappedSecrets": list(recipients.wrapped_secrets()),
    "streams": list(recipients.streams()),
    "longStreams": list(recipients.long_streams()),
    "signatures": list(recipients.signatures(LASTING)),
    "derivedTokens": list(recipients.derived_tokens(LASTING)),
}
print(json.dumps(vectors, indent=2, ensure_ascii=True))
