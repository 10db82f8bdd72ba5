"""What is in the menu. A page module puts itself there from its `urls.py`, so only what exists is shown."""

import dataclasses
import itertools
from collections.abc import Callable, Iterator, Sequence
from typing import cast

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tenure.web.visiting import Visit
from tenure.workspaces.queries import covers
from tenure.workspaces.types import PermissionRole

Count = Callable[[Visit], int]
HOW_THEY_ARE = _("How they are")
WHO_THEY_ARE = _("Who they are")
WHAT_WE_DO = _("What we do")
INSIGHTS = _("Insights")
"""The groups below the places of every day; each is folded until it is opened, or holds the page that is open."""
FOLDS = "tenure_menu"
"""The cookie in which a browser keeps which groups are open."""

_items: dict[str, "NavigationItem"] = {}


@dataclasses.dataclass(frozen=True, kw_only=True)
class NavigationItem:
    """One place in the menu.

    `go` is the letter that follows `g`; `order` sorts the sidebar; `group` is a heading ("" for none);
    `count` is a cheap question asked on every page (None hides the figure); `in_bottom_bar` puts it among the four of
    a telephone; `needs` hides it from lesser permission roles; `beside` names first parts of other addresses that
    belong to the place.
    """

    key: str
    label: str | Promise
    url_name: str
    icon: str
    go: str
    order: int
    group: str | Promise = ""
    count: Count | None = None
    in_bottom_bar: bool = False
    needs: PermissionRole = PermissionRole.VIEWER
    beside: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True, kw_only=True)
class Place:
    """A navigation item as one request sees it."""

    item: NavigationItem
    url: str
    is_current: bool
    count: int | None

    @property
    def is_counted(self) -> bool:
        """Tell whether a figure belongs beside the place, even if there is nothing to show now."""
        return self.item.count is not None


@dataclasses.dataclass(frozen=True, kw_only=True)
class Group:
    """Places under one heading, called by the first of them; the places of every day have no heading."""

    key: str
    label: str
    places: tuple[Place, ...]
    is_open: bool


def register(item: NavigationItem) -> None:
    """Put a place in the menu; a second registration of the same key replaces the first."""
    for other in _items.values():
        if other.key != item.key and other.go == item.go:
            raise ValueError(f"g {item.go} already goes to {other.key}; choose another letter for {item.key}")
    _items[item.key] = item


def items() -> list[NavigationItem]:
    """Return every registered place in the order of the sidebar."""
    return sorted(_items.values(), key=lambda item: (item.order, item.key))


def groups(request: HttpRequest, listed: Sequence["Place"]) -> list["Group"]:
    """Put the menu under its headings, in the order of their first places."""
    asked = request.COOKIES.get(FOLDS, "").split(".")
    made = []
    for label, inside in itertools.groupby(listed, key=lambda place: str(place.item.group)):
        of_group = tuple(inside)
        key = of_group[0].item.key
        is_open = key in asked or any(place.is_current for place in of_group)
        made.append(Group(key=key, label=label, places=of_group, is_open=is_open))
    return made


def _visible(request: HttpRequest) -> Iterator[NavigationItem]:
    member = getattr(request, "member", None)
    if member is not None:
        yield from (item for item in items() if covers(member, item.needs))


def places(request: HttpRequest) -> list[Place]:
    """Return the menu for a request: addresses, which one is current, and the counts."""
    visible = [(item, reverse(item.url_name)) for item in _visible(request)]
    current = max(
        (url for _, url in visible if request.path == url or request.path.startswith(url.rstrip("/") + "/")),
        key=len,
        default=None,
    )
    if current == "/" and request.path != "/":
        current = None
    if current is None:
        first = request.path.split("/")[1]
        current = next((url for item, url in visible if first in item.beside), None)
    return [
        Place(
            item=item,
            url=url,
            is_current=url == current,
            count=item.count(cast(Visit, request)) if item.count else None,
        )
        for item, url in visible
    ]
