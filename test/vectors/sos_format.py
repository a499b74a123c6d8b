"""The formats of crypto/README.md, written a second time from that text, over PyNaCl and hashlib. It shares no code with the program it checks."""

import base64
import hashlib
import json
import re
import unicodedata

from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_decrypt as aead_open
from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_encrypt as aead_seal
from nacl.bindings import crypto_sign, crypto_sign_open, crypto_sign_seed_keypair
from nacl.exceptions import BadSignatureError, CryptoError

KEY_ID = re.compile(r"[a-z][a-z0-9-]{0,31}(?::[a-z0-9][a-z0-9-]{0,63})?:[1-9][0-9]{0,8}\Z")
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,62}\Z")
STEP = 64 * 1024
LIMIT = 16 * 1024 * 1024
SIGNED = b"sos/signature/1\n"


class Refused(Exception):
    """Carries one code of the list in crypto/README.md."""


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text):
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if b64(data) != text:
        raise ValueError("not canonical base64url")
    return data


def u32(number):
    return number.to_bytes(4, "big")


def framed(part):
    return u32(len(part)) + part


def padded_size(needed):
    if needed > STEP:
        return -(-needed // STEP) * STEP
    bucket = 256
    while bucket < needed:
        bucket *= 2
    return bucket


def bucket_for(length):
    return padded_size(length + 4)


def place_bytes(place):
    names = [place["table"], place["column"]]
    ids = [place["row"]] + ([place["owner"]] if "owner" in place else [])
    if not all(NAME.match(name) for name in names) or not all(0 < len(i.encode()) <= 1024 for i in ids):
        raise Refused("place")
    owner = b"\1" + framed(place["owner"].encode()) if "owner" in place else b"\0"
    fields = b"".join(framed(field.encode()) for field in names + [place["row"]])
    return b"sos/place/1\n" + fields + place["version"].to_bytes(8, "big") + owner


def split_key(key, nonce, label=b"sos/envelope/1\n"):
    both = hashlib.blake2b(label + nonce, key=key, digest_size=64).digest()
    return both[:32], both[32:]


def pad(plaintext):
    padded = u32(len(plaintext)) + plaintext
    return padded + bytes(bucket_for(len(plaintext)) - len(padded))


def unpad(padded):
    length = int.from_bytes(padded[:4], "big")
    if length > LIMIT or bucket_for(length) != len(padded) or any(padded[4 + length :]):
        raise Refused("malformed")
    return padded[4 : 4 + length]


def seal(key_id, key, place, plaintext, nonce, padded=None):
    """`padded` replaces the padding, to make envelopes that must be refused after decryption."""
    header = b"SOSE" + bytes([1, len(key_id)]) + key_id.encode()
    encryption, commitment = split_key(key, nonce)
    body = aead_seal(pad(plaintext) if padded is None else padded, header + place_bytes(place), nonce, encryption)
    return header + nonce + commitment + body


def open_envelope(keys, place, envelope):
    if len(envelope) < 6 or envelope[:4] != b"SOSE":
        raise Refused("malformed")
    if envelope[4] != 1:
        raise Refused("unsupported")
    nonce_at = 6 + envelope[5]
    size = len(envelope) - nonce_at - 24 - 32 - 16
    if envelope[5] > 107 or size < 256 or bucket_for(size - 4) != size:
        raise Refused("malformed")
    header, nonce = envelope[:nonce_at], envelope[nonce_at : nonce_at + 24]
    commitment, body = envelope[nonce_at + 24 : nonce_at + 56], envelope[nonce_at + 56 :]
    try:
        key_id = header[6:].decode("ascii")
    except UnicodeDecodeError:
        raise Refused("malformed") from None
    if not KEY_ID.match(key_id):
        raise Refused("malformed")
    if key_id not in keys:
        raise Refused("key-unknown")
    encryption, expected = split_key(keys[key_id], nonce)
    if commitment != expected:
        raise Refused("refused")
    try:
        padded = aead_open(body, header + place_bytes(place), nonce, encryption)
    except CryptoError:
        raise Refused("refused") from None
    return unpad(padded)


def subkey(root, use):
    return hashlib.blake2b(b"sos/subkey/1\n" + use.encode(), key=root, digest_size=32).digest()


def digest_bytes(key, purpose, *parts):
    message = b"sos/digest/1/" + purpose.encode() + b"\n" + b"".join(framed(part) for part in parts)
    return hashlib.blake2b(message, key=key, digest_size=32).digest()


def keyed_digest(key_id, key, purpose, *parts):
    return key_id + "." + b64(digest_bytes(key, purpose, *parts))


def nfc(value):
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, list):
        return [nfc(item) for item in value]
    if isinstance(value, dict):
        members = {nfc(key): nfc(member) for key, member in value.items()}
        return dict(sorted(members.items(), key=lambda member: member[0].encode("utf-16-be")))
    return value


def canonical(value):
    return json.dumps(nfc(value), ensure_ascii=False, separators=(",", ":")).encode()


def letter_digest(letter):
    return hashlib.blake2b(b"sos/letter/1\n" + canonical(letter), digest_size=32).hexdigest()


def act_of(entry):
    return {name: entry[name] for name in ("seq", "at", "actor", "action", "caseId", "subjectId")}


def commitment(key_id, key, entry, detail):
    return keyed_digest(key_id, subkey(key, "audit-commitment"), "audit-detail", canonical(act_of(entry)), canonical(detail))


def next_hash(previous, entry):
    message = b"sos/audit/1\n" + previous + canonical([act_of(entry), entry["commitment"]])
    return hashlib.blake2b(message, digest_size=32).digest()


def network_key(lasting):
    """The public and the secret half (in libsodium's form) of the network's Ed25519 key."""
    return crypto_sign_seed_keypair(subkey(lasting, "signature"))


def sign(secret, message):
    return crypto_sign(SIGNED + message, secret)[:64]


def is_signed_by(public, message, signature):
    try:
        return crypto_sign_open(signature + SIGNED + message, public) == SIGNED + message
    except (BadSignatureError, ValueError):
        return False
