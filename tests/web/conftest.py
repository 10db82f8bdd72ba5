"""What tests of pages that need a browser share."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from tenure.kernel import tenancy
from tests.given import given_workspace
from tests.web.visiting import Open, owner
from tools import browsing


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """Open Chromium once for a file of tests."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright's loop runs in this thread; Django must not mind
    with browsing.browser() as opened:
        yield opened
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def live_workspace(transactional_db: None) -> Iterator[Any]:
    """Open the scope of a fresh workspace that a running server sees, too."""
    made = given_workspace("Harbor")
    with tenancy.scope(made.pk):
        yield made


@pytest.fixture
def open_page(chromium: Any, live_workspace: Any, live_server: Any) -> Iterator[Open]:
    """Open a page as the owner of the workspace: `open_page("/segments/", width=360)`.

    The page keeps what went wrong in `page.complaints`: errors, warnings and refused content. `signed_in=False` opens
    it as somebody from outside.
    """
    contexts: list[Any] = []

    def opened(
        path: str,
        *,
        width: int = 1440,
        height: int = 900,
        scheme: str = "light",
        language: str = "en",
        scripts: bool = True,
        signed_in: bool = True,
    ) -> Any:
        context = chromium.new_context(
            viewport={"width": width, "height": height},
            color_scheme=scheme,
            locale=language,
            java_script_enabled=scripts,
            base_url=live_server.url,
        )
        contexts.append(context)
        if signed_in:
            client = Client()
            client.force_login(owner().user)
            session = client.cookies[settings.SESSION_COOKIE_NAME].value
            context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
        page = context.new_page()
        page.complaints = []
        page.on("console", lambda m: page.complaints.append(m.text) if m.type in {"error", "warning"} else None)
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.goto(path, wait_until="networkidle")
        return page

    yield opened
    for context in contexts:
        context.close()
