"""From `tenure serve --demo` to the first page, as `make run` does it in an installed environment.

The first start simulates the year of the demo, the second finds it there; their bars are a minute and ten seconds.
"""

import shutil
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from bench.run import Figure
from tools.browsing import running


def _seconds_to_first_page(home: Path) -> float:
    began = time.monotonic()
    with running(home, "--demo") as address, urllib.request.urlopen(f"{address}/accounts/", timeout=30) as page:
        assert page.status == 200
        page.read()
        return time.monotonic() - began


def measure() -> Iterator[Figure]:
    """Start twice in a fresh home folder."""
    home = Path(tempfile.mkdtemp(prefix="tenure-startup-"))
    try:
        first = _seconds_to_first_page(home)
        yield Figure(figure="first start with the demo", value=first, unit="s", bar=60, keep="at most")
        later = _seconds_to_first_page(home)
        yield Figure(figure="later start", value=later, unit="s", bar=10, keep="at most")
        yield Figure(figure="later start against the first", value=later, unit="s", baseline=first, ratio=first / later)
    finally:
        shutil.rmtree(home, ignore_errors=True)
