"""Photographs every kind of page of the demo: two widths, light and dark, three languages.

    python -m tools.screenshots [--quick] [ADDRESS]

Starts a demo of its own unless an address is given; writes screenshots/<language>/<scheme>-<width>/<page>.png.
`--quick`: English light at both widths, and one dark and one Chinese set at 1440.
"""

import shutil
import sys
from contextlib import nullcontext
from itertools import product
from pathlib import Path
from typing import Any

from tools.browsing import PageKind, browser, kinds_of_pages, running

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "screenshots"
WIDTHS = {1440: 900, 360: 740}
QUICK = [(1440, "light", "en"), (360, "light", "en"), (1440, "dark", "en"), (1440, "light", "zh-hans")]


def photograph(address: str, sets: list[tuple[int, str, str]]) -> int:
    """Take every set of pictures; returns how many were taken."""
    taken = 0
    with browser() as chromium:
        pages: list[PageKind] = []
        for width, scheme, language in sets:
            context = chromium.new_context(viewport={"width": width, "height": WIDTHS[width]}, color_scheme=scheme)
            context.add_cookies([{"name": "tenure_language", "value": language, "url": address}])
            page = context.new_page()
            page.goto(address)
            pages = pages or [kind for kind in kinds_of_pages(page, address) if kind.route != "?"]
            folder = FOLDER / language / f"{scheme}-{width}"
            folder.mkdir(parents=True, exist_ok=True)
            for kind in pages:
                taken += _photograph_one(page, address, kind, folder)
            context.close()
            print(f"{language} {scheme} {width}: {len(pages)} pages")
    return taken


def _photograph_one(page: Any, address: str, kind: PageKind, folder: Path) -> int:
    page.goto(f"{address}{kind.path}", wait_until="load")
    page.wait_for_timeout(400)
    page.screenshot(path=str(folder / f"{kind.route.replace(':', '.').replace('/', '_')}.png"), full_page=True)
    return 1


def main() -> int:
    """Photograph a running Tenure, or a demo started for it."""
    from tenure.config.starting import use_django

    use_django()
    given = [a for a in sys.argv[1:] if a.startswith("http")]
    sets = QUICK if "--quick" in sys.argv else list(product(WIDTHS, ("light", "dark"), ("en", "zh-hans", "zh-hant")))
    shutil.rmtree(FOLDER, ignore_errors=True)
    with nullcontext(given[0].rstrip("/")) if given else running(ROOT / "var" / "screenshots", "--demo") as address:
        print(f"{photograph(address, sets)} pictures in {FOLDER}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
