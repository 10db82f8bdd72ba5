"""Asking a provider over HTTPS, and nobody else: its host has to be public, and is not looked up twice."""

import http.client
import ipaddress
import json
import socket
import ssl
from typing import Any
from urllib.parse import quote, urlsplit

from django.conf import settings

from tenure.connectors.company_facts.errors import ProviderAddressUnusable, ProviderUnreachable

TIMEOUT = 5.0
LARGEST_ANSWER = 64 * 1024


def check_address(url: str) -> None:
    """Refuse an address that is not HTTPS, holds no {domain}, or leads inside; raises `ProviderAddressUnusable`."""
    _where(url.replace("{domain}", "example.com") if "{domain}" in url else "")


def _where(url: str) -> tuple[str, str, int, str, bool]:
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
    return host, _public_address(host, port, on_loopback=on_loopback), port, path, is_secure


def _public_address(host: str, port: int, *, on_loopback: bool) -> str:
    """Look the host up once; every address it has must be public. The connection then goes to that very address."""
    try:
        found = {str(a[4][0]) for a in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    except OSError as error:
        raise ProviderUnreachable(f"{host} cannot be found.") from error
    for address in found:
        ip = ipaddress.ip_address(address.split("%")[0])
        mapped = getattr(ip, "ipv4_mapped", None) or ip
        if not on_loopback and (not mapped.is_global or mapped.is_multicast):
            raise ProviderAddressUnusable
    return sorted(found)[0]


class _Pinned(http.client.HTTPSConnection):
    """Connects to an address that has been checked, and asks it for the certificate of the host."""

    def __init__(self, host: str, address: str, port: int) -> None:
        self._address, self._tls = address, ssl.create_default_context()
        super().__init__(host, port, timeout=TIMEOUT, context=self._tls)

    def connect(self) -> None:
        """Connect without looking the host up again."""
        plain = socket.create_connection((self._address, self.port), TIMEOUT)
        self.sock = self._tls.wrap_socket(plain, server_hostname=self.host)


def ask(url: str, key: str, domain: str) -> dict[str, Any] | None:
    """Ask for one company; None when the provider does not know it. Redirects are not followed.

    Raises `ProviderAddressUnusable` and `ProviderUnreachable`.
    """
    host, address, port, path, is_secure = _where(url.replace("{domain}", quote(domain, safe="")))
    connection = (
        _Pinned(host, address, port) if is_secure else http.client.HTTPConnection(address, port, timeout=TIMEOUT)
    )
    headers = {"Accept": "application/json", "User-Agent": "Tenure", "Host": host}
    if key:
        headers["Authorization"] = f"Bearer {key}"
    try:
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        body = answer.read(LARGEST_ANSWER + 1)
    except (OSError, http.client.HTTPException) as error:
        raise ProviderUnreachable(f"{host} did not answer: {type(error).__name__}.") from error
    finally:
        connection.close()
    if answer.status == 404:
        return None
    if answer.status != 200 or len(body) > LARGEST_ANSWER:
        raise ProviderUnreachable(f"{host} answered {answer.status}.")
    try:
        found = json.loads(body)
    except ValueError as error:
        raise ProviderUnreachable(f"{host} did not answer with JSON.") from error
    return found if isinstance(found, dict) else None
