"""The parts of an account's page, and of a person's: each page module adds its own from its `urls.py`.

    register_panel(
        "segments", subject="account", place=Place.SIDE, order=40,
        template="segments/panel.html", context=segments_of_account,
    )

`context(request, account)` returns what the template needs, or None when there is nothing to show.
"""

import dataclasses
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, Literal

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from tenure.web.visiting import Visit

Subject = Literal["account", "person"]
Context = Callable[[Visit, Any], Mapping[str, Any] | None]


class Place(StrEnum):
    """Where on the page a panel stands."""

    ACTION = "action"
    """A button or dialog beside the heading."""
    MARK = "mark"
    """A pill after the name."""
    TILE = "tile"
    """A figure above the fold."""
    MAIN = "main"
    """In the wide column, above the timeline."""
    SIDE = "side"
    """In the narrow column."""
    BELOW = "below"
    """Under everything: dialogs that the actions open."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Panel:
    """One part of a page."""

    key: str
    subject: Subject
    place: Place
    order: int
    template: str
    context: Context


_panels: dict[tuple[Subject, str], Panel] = {}


def register_panel(key: str, *, subject: Subject, place: Place, order: int, template: str, context: Context) -> None:
    """Add a part to the page of an account or a person; the same key again replaces it."""
    _panels[(subject, key)] = Panel(
        key=key, subject=subject, place=place, order=order, template=template, context=context
    )


def panels(subject: Subject) -> list[Panel]:
    """Return the registered parts in their order."""
    return sorted((p for p in _panels.values() if p.subject == subject), key=lambda p: (p.order, p.key))


def drawn(request: Visit, subject: Subject, shown: Any) -> dict[str, list[SafeString]]:
    """Draw every part for one account or person, by place; parts with nothing to show are left out."""
    places: dict[str, list[SafeString]] = {place.value: [] for place in Place}
    for panel in panels(subject):
        context = panel.context(request, shown)
        if context is not None:
            made = render_to_string(panel.template, {**context, subject: shown}, request=request)
            places[panel.place.value].append(made)
    return places
