"""Where an icon is: one sprite of Tabler's outline icons, made by the build from `frontend/icons.json`."""

import json
from functools import cache
from pathlib import Path

from django.templatetags.static import static

_LISTED = Path(__file__).parent.parent / "static" / "web" / "icons.json"


class UnknownIcon(LookupError):
    """The icon is not in the sprite: add its name to `frontend/icons.json` and run `make assets`."""


@cache
def _sprite() -> tuple[str, frozenset[str]]:
    listed = json.loads(_LISTED.read_text())
    return listed["file"], frozenset(listed["names"])


def address(name: str) -> str:
    """Return what an SVG `<use>` points at; raises `UnknownIcon`."""
    file, names = _sprite()
    if name not in names:
        raise UnknownIcon(name)
    return f"{static('web/' + file)}#{name}"
