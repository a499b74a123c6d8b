"""
Opens sealed messages with the code of a recovery sheet, as crypto/README.md and api/browser/recovery-code.ts describe them, over PyNaCl.

  {"code": "...", "message": <hexadecimal>, "context": "..."} -> {"id": "x25519:...", "opens": <hexadecimal>} or {"refused": "<code>"}
"""

import hashlib
import json
import sys

from nacl.bindings import crypto_scalarmult_base

import sos_message
from sos_format import Refused

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def secret_of(code):
    number = 0
    digits = code.replace(" ", "")
    if len(digits) != 56:
        raise Refused("malformed")
    for digit in digits:
        number = number * 32 + ALPHABET.index(digit)
    content = number.to_bytes(35, "big")
    secret, check = content[:32], content[32:]
    if hashlib.blake2b(b"sos/recovery/1\n" + secret, digest_size=32).digest()[:3] != check:
        raise Refused("malformed")
    return secret


def answer(request):
    try:
        secret = secret_of(request["code"])
        public = crypto_scalarmult_base(secret)
        opened = sos_message.open_message(public, secret, request["context"], bytes.fromhex(request["message"]))
        return {"id": sos_message.recipient_key_id(public), "opens": opened.hex()}
    except Refused as refused:
        return {"refused": str(refused)}


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))))
