"""Asking a provider over HTTPS, and nobody else: its host has to be public, and is not looked up twice."""

import contextlib
import http.client
import ipaddress
import json
import re
import socket
import ssl
import threading
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote, urlsplit

from django.conf import settings

from tenure.connectors.company_facts.errors import ProviderAddressUnusable, ProviderBusy, ProviderUnreachable
from tenure.kernel import clock

TIMEOUT = 5.0
"""Seconds to connect, and seconds for the whole answer from then on, however it trickles in."""
LARGEST_ANSWER = 64 * 1024
SHORTEST_WAIT, LONGEST_WAIT = 60.0, 86_400.0
_MAPPED = ipaddress.ip_network("64:ff9b::/96")
"""Where some networks put the whole of IPv4 (RFC 6052)."""


def check_address(url: str) -> None:
    """Refuse an address that is not HTTPS, holds no {domain}, or leads inside; raises `ProviderAddressUnusable`."""
    _where(url.replace("{domain}", "example.com") if "{domain}" in url else "")


def _where(url: str) -> tuple[str, Sequence[str], int, str, bool]:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise ProviderAddressUnusable from error
    on_loopback = settings.TENURE_FACTS_ON_LOOPBACK and host == "127.0.0.1"
    if parts.scheme != "https" and not (on_loopback and parts.scheme == "http"):
        raise ProviderAddressUnusable
    if not host or parts.username or parts.password:
        raise ProviderAddressUnusable
    is_secure = parts.scheme == "https"
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    port = port or (443 if is_secure else 80)
    return host, _public_addresses(host, port, on_loopback=on_loopback), port, path, is_secure


def _public_addresses(host: str, port: int, *, on_loopback: bool) -> Sequence[str]:
    """Look the host up once; every address it has must be public. The connection then goes to one of these."""
    try:
        found = [str(a[4][0]) for a in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except (OSError, UnicodeError) as error:
        raise ProviderUnreachable(f"{host} cannot be found.") from error
    if not on_loopback and not all(_is_public(address) for address in found):
        raise ProviderAddressUnusable
    return list(dict.fromkeys(found))


def _is_public(address: str) -> bool:
    """Tell whether an address is of the public internet, and so is the IPv4 address it may stand for."""
    ip = ipaddress.ip_address(address.split("%")[0])
    meant = [ip]
    if isinstance(ip, ipaddress.IPv6Address):
        meant += [i for i in (ip.ipv4_mapped, ip.sixtofour, *(ip.teredo or ())) if i is not None]
        if ip in _MAPPED:
            meant.append(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF))
        if ip.ipv4_mapped is not None:
            meant.remove(ip)
    return all(i.is_global and not i.is_multicast for i in meant)


class _Plain(http.client.HTTPConnection):
    """Connects to one of the addresses that have been checked, without looking the host up again."""

    def __init__(self, host: str, addresses: Sequence[str], port: int) -> None:
        self._addresses = addresses
        super().__init__(host, port, timeout=TIMEOUT)

    def connect(self) -> None:
        """Try one address after the other, in the order the system prefers."""
        for number, address in enumerate(self._addresses, 1):
            try:
                self.sock = socket.create_connection((address, self.port), TIMEOUT)
                return
            except OSError:
                if number == len(self._addresses):
                    raise


class _Secure(_Plain):
    """Asks for the certificate of the host, too."""

    def connect(self) -> None:
        """Connect, and let nobody but the host itself answer."""
        super().connect()
        self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self.host)


@contextlib.contextmanager
def _cut_off(line: socket.socket) -> Iterator[None]:
    """End the connection when its time is up: each byte that trickles in would begin the socket's own time anew."""

    def end() -> None:
        with contextlib.suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(TIMEOUT, end)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def seconds_to_wait(said: str, now: datetime) -> float:
    """Read Retry-After (RFC 9110, 10.2.3): seconds or a date; a minute to a day, whatever it says."""
    wanted = 0.0
    if re.fullmatch(r"\s*\d{1,9}\s*", said):
        wanted = float(said)
    elif said:
        with contextlib.suppress(ValueError, OverflowError):
            at = parsedate_to_datetime(said)
            wanted = (at.replace(tzinfo=at.tzinfo or UTC) - now).total_seconds()
    return min(max(wanted, SHORTEST_WAIT), LONGEST_WAIT)


def ask(url: str, key: str, domain: str) -> dict[str, Any] | None:
    """Ask for one company; None when the provider does not know it. Redirects are not followed.

    Raises `ProviderAddressUnusable`, `ProviderUnreachable`, and `ProviderBusy` where it asks to be left alone.
    """
    host, addresses, port, path, is_secure = _where(url.replace("{domain}", quote(domain, safe="")))
    connection = (_Secure if is_secure else _Plain)(host, addresses, port)
    headers = {"Accept": "application/json", "User-Agent": "Tenure", "Host": host}
    if key:
        headers["Authorization"] = f"Bearer {key}"
    try:
        connection.connect()
        with _cut_off(connection.sock):
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            body = answer.read(LARGEST_ANSWER + 1)
            retry_after = answer.getheader("Retry-After") or ""
    except (OSError, http.client.HTTPException) as error:
        raise ProviderUnreachable(f"{host} did not answer: {type(error).__name__}.") from error
    finally:
        connection.close()
    if answer.status == 404:
        return None
    if answer.status == 429 or (answer.status == 503 and retry_after):
        seconds = seconds_to_wait(retry_after, clock.now())
        raise ProviderBusy(f"{host} answered {answer.status}: it is left alone for {seconds:.0f} s.", seconds=seconds)
    if answer.status != 200 or len(body) > LARGEST_ANSWER:
        raise ProviderUnreachable(f"{host} answered {answer.status}.")
    try:
        found = json.loads(body)
    except ValueError as error:
        raise ProviderUnreachable(f"{host} did not answer with JSON.") from error
    return found if isinstance(found, dict) else None
