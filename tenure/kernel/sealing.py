"""Secrets at rest: sealed with a key made from the installation's secret key; the database alone tells nothing.

Keys are made by HKDF (RFC 5869) from `SECRET_KEY`, one for each purpose; what was sealed under a key in
`SECRET_KEY_FALLBACKS` can still be opened. The seal is Fernet: AES-128-CBC with HMAC-SHA256.
"""

from base64 import urlsafe_b64encode
from typing import TYPE_CHECKING

from django.conf import settings

from tenure.kernel.errors import Conflict

if TYPE_CHECKING:
    from cryptography.fernet import Fernet


class SealBroken(Conflict):
    """A secret cannot be opened any more, because the installation's secret key has changed; give it again."""

    code = "seal_broken"


def sealed(secret: str, *, purpose: str) -> bytes:
    """Encrypt a secret for keeping; the same secret looks different each time."""
    return _fernet(settings.SECRET_KEY, purpose).encrypt(secret.encode())


def opened(kept: bytes | memoryview, *, purpose: str) -> str:
    """Decrypt what `sealed` made for the same purpose; raises `SealBroken`."""
    from cryptography.fernet import InvalidToken

    for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        try:
            return _fernet(key, purpose).decrypt(bytes(kept)).decode()
        except InvalidToken:
            continue
    raise SealBroken


def _fernet(key: str | bytes, purpose: str) -> "Fernet":
    from cryptography.fernet import Fernet
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    made = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"tenure {purpose}".encode()).derive(
        key.encode() if isinstance(key, str) else key
    )
    return Fernet(urlsafe_b64encode(made))
