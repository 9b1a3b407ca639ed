# SPDX-License-Identifier: Apache-2.0
"""authenticator.py - what people sign in with besides a password, in software and from the documents: one-time codes
(RFC 6238), and a passkey on P-256 (FIPS 186, W3C WebAuthn) that speaks as a browser would. Standard library only."""
import base64
import hashlib
import hmac
import json
import os
import time

P = 2**256 - 2**224 + 2**192 + 2**96 - 1
N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
G = (0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
     0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5)
STEP = 30


def totp(secret, at=None):
    """The code of the time @at (seconds); @secret: bytes, or base32 without padding."""
    if isinstance(secret, str):
        secret = base64.b32decode(secret + "=" * (-len(secret) % 8))
    counter = int(time.time() if at is None else at) // STEP
    mac = hmac.new(secret, counter.to_bytes(8, "big"), hashlib.sha1).digest()
    start = mac[-1] & 15
    return f"{(int.from_bytes(mac[start:start + 4], 'big') & 0x7FFFFFFF) % 1000000:06d}"


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def add(a, b):
    if a is None or b is None:
        return a or b
    if a[0] == b[0] and (a[1] + b[1]) % P == 0:
        return None
    slope = ((3 * a[0] * a[0] - 3) * pow(2 * a[1], -1, P) if a == b else (b[1] - a[1]) * pow(b[0] - a[0], -1, P)) % P
    x = (slope * slope - a[0] - b[0]) % P
    return x, (slope * (a[0] - x) - a[1]) % P


def times(k, point):
    out = None
    while k:
        if k & 1:
            out = add(out, point)
        point, k = add(point, point), k >> 1
    return out


def der(*numbers):
    body = b""
    for n in numbers:
        raw = n.to_bytes(33, "big").lstrip(b"\0") or b"\0"
        raw = (b"\0" if raw[0] & 128 else b"") + raw
        body += bytes([2, len(raw)]) + raw
    return bytes([0x30, len(body)]) + body


class Passkey:
    def __init__(self, origin, rp_id):
        self.origin, self.rp_id, self.id, self.count = origin, rp_id, os.urandom(32), 0
        self.secret = int.from_bytes(os.urandom(40), "big") % (N - 1) + 1
        self.public = times(self.secret, G)

    def client(self, kind, challenge):
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False},
                          separators=(",", ":")).encode()

    def data(self, flags):
        return hashlib.sha256(self.rp_id.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")

    def create(self, options):
        x, y = (n.to_bytes(32, "big") for n in self.public)
        key = b"\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20" + x + b"\x22\x58\x20" + y
        data = self.data(0x41) + bytes(16) + len(self.id).to_bytes(2, "big") + self.id + key
        thing = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58" + bytes([len(data)]) + data
        return {"ticket": options["ticket"], "clientDataJSON": b64(self.client("webauthn.create", options["challenge"])),
                "attestationObject": b64(thing)}

    def get(self, challenge, verified=False):
        client = self.client("webauthn.get", challenge)
        data = self.data(5 if verified else 1)
        digest = int.from_bytes(hashlib.sha256(data + hashlib.sha256(client).digest()).digest(), "big")
        k = int.from_bytes(os.urandom(40), "big") % (N - 1) + 1
        r = times(k, G)[0] % N
        s = pow(k, -1, N) * (digest + r * self.secret) % N
        return {"id": b64(self.id), "clientDataJSON": b64(client), "authenticatorData": b64(data), "signature": b64(der(r, s))}
