"""
Reads requests, one JSON object per line, and answers each with one line. It is the independent reader of what the program writes. Bytes are hexadecimal.

  {"open": ..., "keys": {"<key id>": ...}, "place": {...}}               -> {"opens": ...} or {"refused": "<code>"}
  {"message": ..., "publicKey": ..., "secretKey": ..., "context": "..."}  -> {"opens": ...} or {"refused": "<code>"}
  {"wrapped": ..., "passphrase": "...", "publicKey": ...}                 -> {"opens": the secret key} or {"refused": "<code>"}
  {"stream": ..., "keys": {"<key id>": ...}, "place": {...}}              -> {"opens": ...} or {"refused": "<code>"}
  {"recipientKey": ...}                                                  -> {"id": "..."} or {"refused": "<code>"}
  {"makeStream": {keyId, key, place, content, nonce, header}}             -> {"stream": ...}
  {"signature": ..., "publicKey": ..., "signed": ...}                     -> {"valid": true or false}
  {"digest": "<purpose>", "keyId": "...", "key": ..., "parts": [...]}     -> {"digest": "..."}
  {"letter": <value>}                                                   -> {"digest": ...}
  {"chain": [{"entry": {...}, "hash": ...}]}                              -> {"brokenAt": null or a number}
"""

import json
import sys

import sos_format as sos
import sos_message
import sos_stream


def unhex(request, *names):
    return [bytes.fromhex(request[name]) for name in names]


def keys_of(request):
    return {key_id: bytes.fromhex(key) for key_id, key in request["keys"].items()}


def envelope(request):
    return {"opens": sos.open_envelope(keys_of(request), request["place"], *unhex(request, "open")).hex()}


def message(request):
    public, secret, sealed = unhex(request, "publicKey", "secretKey", "message")
    return {"opens": sos_message.open_message(public, secret, request["context"], sealed).hex()}


def wrapped(request):
    return {"opens": sos_message.unwrap_secret(request["passphrase"], *unhex(request, "publicKey", "wrapped")).hex()}


def stream(request):
    return {"opens": sos_stream.open_stream(keys_of(request), request["place"], *unhex(request, "stream")).hex()}


def recipient_key(request):
    return {"id": sos_message.recipient_key_id(*unhex(request, "recipientKey"))}


def make_stream(request):
    recipe = request["makeStream"]
    key, content, nonce, header = unhex(recipe, "key", "content", "nonce", "header")
    return {"stream": sos_stream.seal_stream(recipe["keyId"], key, recipe["place"], content, nonce, header).hex()}


def signature(request):
    return {"valid": sos.is_signed_by(*unhex(request, "publicKey", "signed", "signature"))}


def digest(request):
    parts = [bytes.fromhex(part) for part in request["parts"]]
    return {"digest": sos.keyed_digest(request["keyId"], *unhex(request, "key"), request["digest"], *parts)}


def letter(request):
    return {"digest": sos.letter_digest(request["letter"])}


def chain(request):
    head = bytes(32)
    for number, link in enumerate(request["chain"], start=1):
        head = sos.next_hash(head, link["entry"])
        if link["entry"]["seq"] != number or head.hex() != link["hash"]:
            return {"brokenAt": number}
    return {"brokenAt": None}


READERS = {
    "open": envelope,
    "message": message,
    "wrapped": wrapped,
    "stream": stream,
    "recipientKey": recipient_key,
    "makeStream": make_stream,
    "signature": signature,
    "digest": digest,
    "letter": letter,
    "chain": chain,
}


def answer(request):
    [reader] = [READERS[name] for name in READERS if name in request]
    try:
        return reader(request)
    except sos.Refused as refusal:
        return {"refused": str(refusal)}


for line in sys.stdin:
    if line.strip():
        print(json.dumps(answer(json.loads(line))))
