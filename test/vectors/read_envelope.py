"""
Reads requests, one JSON object per line, and answers each with one line. It is the independent reader of what the program writes.

  {"open": "<hex>", "keys": {"<key id>": "<hex>"}, "place": {...}}     -> {"opens": "<hex>"} or {"refused": "<code>"}
  {"digest": "<purpose>", "keyId": "...", "key": "<hex>", "parts": ["<hex>"]} -> {"digest": "..."}
  {"letter": <value>}                                                -> {"digest": "<hex>"}
  {"chain": [{"entry": {...}, "hash": "<hex>"}]}                     -> {"brokenAt": null or a number}
"""

import json
import sys

import sos_format as sos


def answer(request):
    if "open" in request:
        keys = {key_id: bytes.fromhex(key) for key_id, key in request["keys"].items()}
        try:
            return {"opens": sos.open_envelope(keys, request["place"], bytes.fromhex(request["open"])).hex()}
        except sos.Refused as refusal:
            return {"refused": str(refusal)}
    if "digest" in request:
        parts = [bytes.fromhex(part) for part in request["parts"]]
        return {"digest": sos.keyed_digest(request["keyId"], bytes.fromhex(request["key"]), request["digest"], *parts)}
    if "letter" in request:
        return {"digest": sos.letter_digest(request["letter"])}
    head = bytes(32)
    for number, link in enumerate(request["chain"], start=1):
        head = sos.next_hash(head, link["entry"])
        if link["entry"]["seq"] != number or head.hex() != link["hash"]:
            return {"brokenAt": number}
    return {"brokenAt": None}


for line in sys.stdin:
    if line.strip():
        print(json.dumps(answer(json.loads(line))))
