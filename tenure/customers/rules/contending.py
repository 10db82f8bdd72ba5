"""Whose word counts when several sources say the same trait."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

from tenure.customers.rules.traits import Said, canonical, same
from tenure.customers.types import Micros

PIN = "pin"
"""Under this name stands the word a member pinned: it goes before every other."""

Word: TypeAlias = tuple[Any, Micros, str]
Words: TypeAlias = dict[str, Word]


class Heard(NamedTuple):
    """What contending sources come to: the last word of each, the value that counts, what each said anew."""

    words: Words
    value: Any
    source: str
    changes: list[Said]


_PINNED_BY = "pinned by "


def pin_source(name: str) -> str:
    """Name the source of a word that a member pinned; a null from it lets go."""
    return f"{_PINNED_BY}{name}"[:160]


def is_pin(source: str) -> bool:
    """Tell whether a member pinned this word."""
    return source.startswith(_PINNED_BY)


def kind_of_source(source: str) -> str:
    """Name the source without what differs from word to word: `stripe evt_1Ab` is stripe, `csv row 17` is csv row."""
    if is_pin(source):
        return PIN
    first, *rest = source.strip().lower().split()[:6] or [""]
    kept = [first]
    for part in rest:
        if re.search(r"[\d_]", part):
            break
        kept.append(part)
    return " ".join(kept)[:60]


def rank(kind: str, order: Sequence[str]) -> int:
    """Say how early a kind of source stands in the order; those not in it all come last."""
    if kind == PIN:
        return -1
    for place, wanted in enumerate(order):
        wanted = wanted.strip().lower()
        if kind == wanted or kind.startswith((f"{wanted} ", f"{wanted}:")):
            return place
    return len(order)


def hear(words: Mapping[str, Word], said: Iterable[Said], order: Sequence[str]) -> Heard:
    """Let each source's newest word stand for it, whatever the order of arrival, and find the one that counts."""
    known: Words = {kind: (word[0], word[1], word[2]) for kind, word in words.items()}
    changes = []
    for each in sorted(said, key=lambda s: s.at):
        kind = kind_of_source(each.source)
        before = known.get(kind)
        source = each.source[:160]
        if before is not None and (each.at, canonical(each.value), source) <= (
            before[1],
            canonical(before[0]),
            before[2],
        ):
            continue
        if before is None or not same(before[0], each.value):
            changes.append(each)
        known[kind] = (each.value, each.at, source)
    value, _, source = counting(known, order)
    return Heard(known, value, source, changes)


def counting(words: Mapping[str, Word], order: Sequence[str]) -> Word:
    """Return the word that counts: of the earliest rank whose newest word is not a taking away; of equals the newest.

    Of words said at the same moment the greater in JSON counts.
    """
    newest: dict[int, Word] = {}
    for kind, word in words.items():
        place = rank(kind, order)
        best = newest.get(place)
        if best is None or (word[1], canonical(word[0]), word[2]) > (best[1], canonical(best[0]), best[2]):
            newest[place] = (word[0], word[1], word[2])
    for place in sorted(newest):
        if newest[place][0] is not None:
            return newest[place]
    return (None, max((word[1] for word in words.values()), default=0), "")
