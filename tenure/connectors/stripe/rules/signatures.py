"""Whether a webhook is Stripe's own word: its HMAC-SHA256 over `t.body`, and its age.

As described in Stripe's "Verify webhook signatures manually"; the official library's own check is the oracle in tests.
It is done here so that the door need not import the library and takes the time from our clock.
"""

import hmac
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from tenure.connectors.stripe.types import Refused

TOLERANCE = 300
"""Seconds between signing and arriving, either way."""
_MOST_SIGNATURES = 32


def refusal(body: bytes, header: str, secrets: Sequence[str], now: datetime) -> Refused | None:
    """Say why a delivery is not taken, or None when it is Stripe's word.

    While a secret is being rolled Stripe signs with both, and we may know both: any pair that fits will do. Every pair
    is compared, each in constant time, so that the answer's time tells nothing of which one came near.
    """
    if not header:
        return Refused.NO_SIGNATURE
    if not secrets:
        return Refused.NO_SECRET
    signed_at, signatures = _parts(header)
    if signed_at is None or not signatures:
        return Refused.SIGNATURE_UNREADABLE
    fits = False
    for secret in secrets:
        expected = hmac.new(secret.encode(), str(signed_at).encode() + b"." + body, sha256).hexdigest().encode()
        for given in signatures:
            fits |= hmac.compare_digest(expected, given)
    if not fits:
        return Refused.SIGNATURE_WRONG
    age = now.timestamp() - signed_at
    if age > TOLERANCE:
        return Refused.TOO_OLD
    if age < -TOLERANCE:
        return Refused.TOO_NEW
    return None


def _parts(header: str) -> tuple[int | None, list[bytes]]:
    signed_at: int | None = None
    signatures: list[bytes] = []
    for part in header.split(","):
        name, _, value = part.strip().partition("=")
        if name == "t" and signed_at is None and value.isascii() and value.isdigit() and len(value) <= 12:
            signed_at = int(value)
        elif name == "v1" and len(signatures) < _MOST_SIGNATURES:
            signatures.append(value.encode())
    return signed_at, signatures
