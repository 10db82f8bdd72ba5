"""What tests of pages that need a browser share."""

import os
from collections.abc import Iterator
from typing import Any

import pytest

from tools import browsing


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """Open Chromium once for a file of tests."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright's loop runs in this thread; Django must not mind
    with browsing.browser() as opened:
        yield opened
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
