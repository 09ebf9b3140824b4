"""A push service on this machine, for tests: opens what it gets as a browser would."""

import json
import threading
from base64 import urlsafe_b64decode, urlsafe_b64encode
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


def b64(octets):
    return urlsafe_b64encode(octets).rstrip(b"=").decode()


def unb64(text):
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Subscriber:
    """A browser: its keys, and how it opens what was sealed for it (RFC 8291)."""

    def __init__(self, private=None, secret=b"0123456789abcdef"):
        self.private = private or ec.generate_private_key(ec.SECP256R1())
        self.secret = secret
        self.public = self.private.public_key().public_bytes(
            Encoding.X962, PublicFormat.UncompressedPoint
        )

    def typed(self, endpoint):
        """What its page sends."""
        return {
            "endpoint": endpoint,
            "public": b64(self.public),
            "secret": b64(self.secret),
        }

    def opened(self, body):
        salt, rest = body[:16], body[16:]
        size, length = int.from_bytes(rest[:4]), rest[4]
        sender, cipher = rest[5 : 5 + length], rest[5 + length :]
        assert len(cipher) <= size
        theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender)
        shared = self.private.exchange(ec.ECDH(), theirs)
        info = b"WebPush: info\0" + self.public + sender
        first = HKDF(SHA256(), 32, self.secret, info).derive(shared)
        key, nonce = (
            HKDF(SHA256(), size, salt, b"Content-Encoding: " + name + b"\0").derive(
                first
            )
            for name, size in ((b"aes128gcm", 16), (b"nonce", 12))
        )
        plain = AESGCM(key).decrypt(nonce, cipher, None)
        assert plain.endswith(b"\2")
        return plain[:-1]


def claims(authorization):
    """What a sender proves of itself (RFC 8292); fails if its signature is false."""
    kind, rest = authorization.split(" ", 1)
    assert kind == "vapid"
    parts = dict(one.strip().split("=", 1) for one in rest.split(","))
    head, body, signature = parts["t"].split(".")
    raw = unb64(signature)
    public = ec.EllipticCurvePublicKey.from_encoded_point(
        ec.SECP256R1(), unb64(parts["k"])
    )
    der = encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
    public.verify(der, f"{head}.{body}".encode(), ec.ECDSA(SHA256()))
    assert json.loads(unb64(head)) == {"typ": "JWT", "alg": "ES256"}
    return json.loads(unb64(body)) | {"key": parts["k"]}


class Taking(BaseHTTPRequestHandler):
    """One request."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.taken.append((self.path, dict(self.headers), body))
        self.send_response(self.server.status)
        if self.server.status == 307:
            self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


class PushCatcher(ThreadingHTTPServer):
    """``taken``: path, headers and body of each message; ``status``: its answer."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Taking)
        self.taken, self.status = [], 201

    def __enter__(self):
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *failed):
        self.shutdown()
        self.server_close()
