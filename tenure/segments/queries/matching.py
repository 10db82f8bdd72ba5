"""Conditions that other domains keep, judged as segments are: whom they hold of, and on what evidence."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from tenure.kernel import clock
from tenure.segments.queries.judging import Ids, Judgement, judge
from tenure.segments.queries.members import reasons_of
from tenure.segments.queries.reading import read_condition
from tenure.segments.types import Subject
from tenure.segments.types.answers import LeafReason
from tenure.segments.types.conditions import Condition

Given = Condition | Mapping[str, object]
"""A condition, or its JSON form."""


class Matches:
    """Whom each of several conditions holds of. Reasons can be asked for until anything else is judged here."""

    def __init__(self, conditions: Mapping[int, Condition], judgement: Judgement) -> None:
        self._conditions = conditions
        self._judgement = judgement

    def ids(self, key: int) -> Ids:
        """Return the ids the condition under `key` holds of, sorted."""
        return self._judgement.members(key)

    def reasons(self, key: int, ids: Iterable[int]) -> Mapping[int, Sequence[LeafReason]]:
        """Return, by id, each part of the condition under `key` with what it looked at and whether it held."""
        wanted = sorted(set(ids))
        found = self._judgement.evidence_of_many(key, wanted)
        return {id_: reasons_of(self._conditions[key], looked_at) for id_, looked_at in found.items()}


def matching_each(
    conditions: Mapping[int, Given], subject: Subject, ids: Iterable[int] | None = None, *, now: datetime | None = None
) -> Matches:
    """Judge several conditions in one pass, of everybody or of some; raises `ConditionWrong`, `CannotCompute`."""
    read = {key: read_given(given, subject) for key, given in conditions.items()}
    return Matches(read, judge(list(read.items()), subject, now or clock.now(), ids))


def accounts_matching(condition: Given, ids: Iterable[int] | None = None, *, now: datetime | None = None) -> Ids:
    """Return the accounts (of `ids`, or of all) that a condition holds of, sorted."""
    return matching_each({0: condition}, Subject.ACCOUNT, ids, now=now).ids(0)


def people_matching(condition: Given, ids: Iterable[int] | None = None, *, now: datetime | None = None) -> Ids:
    """Return the people (of `ids`, or of all) that a condition holds of, sorted."""
    return matching_each({0: condition}, Subject.PERSON, ids, now=now).ids(0)


def read_given(given: Given, subject: Subject) -> Condition:
    """Read a condition that may be in its JSON form; raises `ConditionWrong`."""
    return read_condition(given, subject) if isinstance(given, Mapping) else given
