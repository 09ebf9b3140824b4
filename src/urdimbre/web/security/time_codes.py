"""Codes that change each half minute, as apps on phones make them."""

import hmac
import secrets
import time
from base64 import b32encode
from urllib.parse import quote, urlencode

STEP_SECONDS = 30
DIGITS = 6
AROUND = (0, -1, 1)
"""Clocks of phones go wrong by a step."""
SECRET_BYTES = 20


def new_secret() -> bytes:
    """Make a secret, as long as the standard recommends."""
    return secrets.token_bytes(SECRET_BYTES)


def code_at(secret: bytes, counter: int) -> str:
    """Return the code of a half minute.

    Source:
        RFC 6238 with its default function, which all apps know; RFC 4226, section 5.3.
    """
    mac = hmac.digest(secret, counter.to_bytes(8, "big"), "sha1")
    start = mac[-1] & 15
    number = int.from_bytes(mac[start : start + 4], "big") & 0x7FFFFFFF
    return str(number % 10**DIGITS).zfill(DIGITS)


def counter_of(secret: bytes, code: str) -> int | None:
    """Return which half minute around now a code belongs to; none if to no other."""
    now = int(time.time()) // STEP_SECONDS
    typed = "".join(code.split()).encode()
    near = (now + step for step in AROUND)
    fit = (
        one for one in near if hmac.compare_digest(code_at(secret, one).encode(), typed)
    )
    return next(fit, None)


def written(secret: bytes) -> str:
    """Write a secret as apps take it when it is typed."""
    return b32encode(secret).decode().rstrip("=")


def address(secret: bytes, *, circuit: str, name: str) -> str:
    """Write a secret as apps read it from a picture."""
    label = quote(f"{circuit}:{name}", safe=":")
    asked = urlencode({"secret": written(secret), "issuer": circuit}, quote_via=quote)
    return f"otpauth://totp/{label}?{asked}"
