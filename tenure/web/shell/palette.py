"""What the command palette can find: pages, commands and whatever a page module registers a search for."""

import dataclasses
from collections.abc import Callable, Sequence

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tenure.web.shell.navigation import places


@dataclasses.dataclass(frozen=True, kw_only=True)
class Answer:
    """One line of the palette; `press` names an element to click instead of an address to open."""

    label: str
    url: str = "#"
    icon: str = "arrow-right"
    detail: str = ""
    keys: str = ""
    press: str = ""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Group:
    """Answers of one kind."""

    label: str | Promise
    answers: Sequence[Answer]


Search = Callable[[HttpRequest, str, int], Sequence[Answer]]

_searches: dict[str, tuple[str | Promise, Search]] = {}
_commands: dict[str, Callable[[HttpRequest], Sequence[Answer]]] = {}


def register_search(key: str, label: str | Promise, search: Search) -> None:
    """Let the palette find a kind of thing: `search(request, text, limit)` answers for two characters and more."""
    _searches[key] = (label, search)


def register_commands(key: str, commands: Callable[[HttpRequest], Sequence[Answer]]) -> None:
    """Add commands ("New segment") that the palette offers by their words."""
    _commands[key] = commands


def _matches(text: str, words: str) -> bool:
    """Tell whether every typed part begins a word of the label, or is inside it (Chinese has no spaces)."""
    return all(part in words.casefold() for part in text.casefold().split())


def _own_commands(request: HttpRequest) -> list[Answer]:
    languages = [
        Answer(label=name, icon="language", press=f'[name="language"][value="{code}"]')
        for code, name in settings.LANGUAGES
    ]
    return [
        Answer(label=str(_("Switch between light and dark")), icon="moon", press="[data-flip-theme]"),
        Answer(label=str(_("Show all keys")), icon="keyboard", keys="?", press='[data-opens="keys"]'),
        *languages,
    ]


def answers(request: HttpRequest, text: str) -> list[Group]:
    """Return what matches, pages first; everything when nothing is typed."""
    text = text.strip()[:100]
    groups = [
        Group(
            label=_("Pages"),
            answers=[
                Answer(label=str(place.item.label), url=place.url, icon=place.item.icon, keys=f"g {place.item.go}")
                for place in places(request)
                if _matches(text, f"{place.item.label} {place.item.key}")
            ],
        )
    ]
    if len(text) >= 2 or any(ord(letter) > 0x2E7F for letter in text):
        groups += [Group(label=label, answers=search(request, text, 6)) for label, search in _searches.values()]
    commands = [answer for offered in _commands.values() for answer in offered(request)] + _own_commands(request)
    groups.append(
        Group(label=_("Commands"), answers=[each for each in commands if _matches(text, f"{each.label} {each.detail}")])
    )
    return [group for group in groups if group.answers]
