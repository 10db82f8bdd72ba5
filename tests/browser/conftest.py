"""A running Tenure with the demo workspace, started once as a newcomer would, and a Chromium."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tools import browsing


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="session")
def demo(home: Path) -> Iterator[str]:
    """Start `tenure serve --demo`; yields its address."""
    with browsing.running(home, "--demo") as address:
        yield address


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """Open Chromium for one file of tests: Playwright's loop would otherwise live on in the tests of other folders."""
    with browsing.browser() as opened:
        yield opened


@pytest.fixture
def open_page(chromium: Any, demo: str) -> Iterator[Callable[..., Any]]:
    """Open a page of the demo: `open_page("/accounts/", width=360, language="zh-hans")`.

    The page keeps what went wrong in `page.complaints`: console errors, refused content and failed requests.
    """
    contexts = []

    def open_at(path: str = "/", *, width: int = 1440, scheme: str = "light", language: str = "en") -> Any:
        context = chromium.new_context(
            viewport={"width": width, "height": 900 if width > 600 else 740}, color_scheme=scheme, base_url=demo
        )
        contexts.append(context)
        context.add_cookies([{"name": "tenure_language", "value": language, "url": demo}])
        page = context.new_page()
        page.complaints = []
        page.on("console", lambda m: page.complaints.append(f"{page.url}: {m.text}") if m.type == "error" else None)
        page.on("pageerror", lambda e: page.complaints.append(f"{page.url}: {e}"))
        page.on(
            "response",
            lambda r: page.complaints.append(f"{r.status} {r.url}") if r.status >= 500 else None,
        )
        page.goto(path, wait_until="load")
        return page

    yield open_at
    for context in contexts:
        context.close()
