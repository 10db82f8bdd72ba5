"""Where mail is handed over, read from one address."""

import dataclasses
from functools import lru_cache
from urllib.parse import unquote, urlsplit


@dataclasses.dataclass(frozen=True, kw_only=True)
class SmtpServer:
    """An SMTP server and how to sign in to it."""

    host: str
    port: int
    user: str = ""
    password: str = dataclasses.field(default="", repr=False)
    tls: bool = False

    @property
    def is_this_machine(self) -> bool:
        """Tell whether nothing said to it leaves this machine."""
        return self.host in {"localhost", "127.0.0.1", "::1"}


@lru_cache(maxsize=8)
def smtp_server(url: str) -> SmtpServer:
    """Read `smtp://user:password@host:port` or `smtps://…`; raises ValueError saying what is wrong with it."""
    parts = urlsplit(url)
    if parts.scheme not in {"smtp", "smtps"}:
        raise ValueError("the address of an SMTP server begins with smtp:// or smtps://")
    if not parts.hostname:
        raise ValueError("the address of an SMTP server names a host")
    tls = parts.scheme == "smtps"
    return SmtpServer(
        host=parts.hostname,
        port=parts.port or (465 if tls else 587),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        tls=tls,
    )
