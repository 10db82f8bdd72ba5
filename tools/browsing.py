"""Drives the system's Chromium over a running Tenure: finds one page of every kind by following links."""

import dataclasses
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

PLACES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
NOT_PAGES = ("/sign-in/logout", "/language", "/api/", "/static/", "/healthz", "/readyz", "/metrics")


def chromium() -> str:
    """Return the path of the system's Chromium; raises FileNotFoundError with what to install."""
    for place in PLACES:
        if found := shutil.which(place):
            return found
    raise FileNotFoundError("Chromium is missing: run `make browser`")


@contextmanager
def browser() -> Iterator[Any]:
    """Open a headless Chromium."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=chromium(),
            args=["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--no-first-run"],
        )
        try:
            yield opened
        finally:
            opened.close()


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def running(home: Path, *arguments: str, **environment: str) -> Iterator[str]:
    """Run `tenure serve` with its own home folder, as a newcomer would; yields its address when it answers."""
    port = free_port()
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("TENURE_", "DATABASE_URL", "DJANGO_"))}
    home.mkdir(parents=True, exist_ok=True)
    log = home / "serve.log"
    with log.open("wb") as output:
        child = subprocess.Popen(
            [sys.executable, "-m", "tenure.config.command", "serve", "--port", str(port), *arguments],
            env={**inherited, "TENURE_HOME": str(home), **environment},
            stdout=output,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
        )
    address = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + 240
        while not _answers(f"{address}/healthz"):
            if child.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"tenure serve did not start:\n{log.read_text()[-4000:]}")
            time.sleep(0.2)
        yield address
    finally:
        child.send_signal(signal.SIGINT)
        try:
            child.wait(40)
        except subprocess.TimeoutExpired:
            child.kill()


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310  (our own address)
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


@dataclasses.dataclass(frozen=True)
class PageKind:
    """One kind of page: its route's name and an address of that kind."""

    route: str
    path: str


def kinds_of_pages(page: Any, address: str, first: tuple[str, ...] = ("/",)) -> Iterator[PageKind]:
    """Follow links from `first` and yield one page of every route, breadth first; `page` is left on it."""
    from django.urls import Resolver404, resolve

    waiting, seen = list(first), set[str]()
    while waiting:
        path = waiting.pop(0)
        try:
            match = resolve(path.split("?")[0])
        except Resolver404:
            yield PageKind(route="?", path=path)
            continue
        route = match.view_name or match.route
        if route in seen or path.startswith(NOT_PAGES):
            continue
        seen.add(route)
        answer = page.goto(urljoin(address, path), wait_until="load")
        kind = (answer.headers.get("content-type") or "") if answer else ""
        if "text/html" not in kind:
            continue
        yield PageKind(route=route, path=path)
        links = page.eval_on_selector_all("a[href]:not([download])", "as => as.map(a => a.getAttribute('href'))")
        for link in links:
            target = urlsplit(urljoin(urljoin(address, path), link))
            is_file = any(kind in target.path + target.query for kind in ("csv", "jsonl"))
            if f"{target.scheme}://{target.netloc}" == address and not is_file:
                waiting.append(target._replace(scheme="", netloc="", fragment="").geturl())
