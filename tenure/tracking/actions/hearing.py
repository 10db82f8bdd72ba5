"""Telling what calls say of consent: SDKs repeat it with every call, so only what is news is told."""

import threading
from collections import OrderedDict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from tenure.customers.types import Micros, Resolution
from tenure.tracking.actions.storing import Timed
from tenure.tracking.announcements import ConsentsHeard
from tenure.tracking.rules.consenting import NEEDLE, preferences_in

_REMEMBERED = 100_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Heard(NamedTuple):
    """What one person said of one purpose by one source, and in which call."""

    person_id: int
    source: str
    purpose: str
    is_given: bool
    at: Micros
    message_id: str


_told: OrderedDict[tuple[int, int, str, str], tuple[bool, Micros]] = OrderedDict()
"""The last word told of each workspace, person, source and purpose. Forgetting one only costs telling it again."""
_guard = threading.Lock()


def consents_in(found: Timed, resolution: Resolution, workspace_id: int) -> list[Heard]:
    """Return what changed about anybody's consent in these calls, in the order it was said."""
    context = found.gathered.context
    if not context.holds(NEEDLE):
        return []
    said: dict[tuple[int, str, str], list[Heard]] = {}
    for n in found.ts.argsort(kind="stable").tolist():
        place = int(found.kept[n])
        preferences = preferences_in(context[place])
        trace = resolution.person_ids[found.call_of[n]] if preferences else 0
        if not trace:
            continue
        person, source = resolution.people.get(trace, trace), found.gathered.origin(place).source
        for purpose, is_given in preferences:
            words = said.setdefault((person, source, purpose), [])
            if not words or words[-1].is_given != is_given:
                message_id = found.gathered.message_id[place]
                words.append(Heard(person, source, purpose, is_given, int(found.ts[n]), message_id))
    with _guard:
        return [
            word
            for key, words in said.items()
            for word in words
            if not _is_known(_told.get((workspace_id, *key)), word)
        ]


def announcement_of(heard: Sequence[Heard], workspace_id: int, now: datetime) -> ConsentsHeard:
    """Write what was heard as an announcement."""
    return ConsentsHeard(
        workspace_id=workspace_id,
        at=now,
        person_ids=[word.person_id for word in heard],
        sources=[word.source for word in heard],
        purposes=[word.purpose for word in heard],
        given=[word.is_given for word in heard],
        said_at=[_EPOCH + timedelta(microseconds=word.at) for word in heard],
        message_ids=[word.message_id for word in heard],
    )


def remember_told(heard: Sequence[Heard], workspace_id: int) -> None:
    """Note what has been told, once that is committed."""
    with _guard:
        for word in heard:
            key = (workspace_id, word.person_id, word.source, word.purpose)
            known = _told.get(key)
            if known is None or word.at >= known[1]:
                _told[key] = (word.is_given, word.at)
                _told.move_to_end(key)
        while len(_told) > _REMEMBERED:
            _told.popitem(last=False)


def _is_known(told: tuple[bool, Micros] | None, word: Heard) -> bool:
    return told is not None and told[0] == word.is_given and word.at >= told[1]
