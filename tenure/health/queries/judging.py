"""Run scorecards over accounts: gather what they read, apply what they say, put children into their parents."""

import dataclasses
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

import numpy as np
from django.db.models import Q

from tenure.customers import queries as customers
from tenure.health.models import Override
from tenure.health.queries.readings import Gathered, Ids, gather
from tenure.health.rules.family import family_of, put_together
from tenure.health.rules.scoring import Booleans, Floats, Rows, Scores, judge
from tenure.health.types.scorecards import Definition, Where, readings_of
from tenure.segments import queries as segments
from tenure.segments.types import Subject
from tenure.segments.types.conditions import Condition

FOR = -1
"""Where whom a scorecard is for stands among the conditions."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Card:
    """A scorecard to judge by; `id` 0 is one that is not saved."""

    id: int
    version: int
    definition: Definition


@dataclasses.dataclass(frozen=True, kw_only=True)
class Judged:
    """What one scorecard says of the accounts it applies to."""

    card: Card
    ids: Ids
    rows: Rows
    scores: Scores

    def among(self, ids: Ids) -> "Judged":
        """Return what it says of some accounts; both are sorted."""
        if not len(ids) or not len(self.ids):
            return dataclasses.replace(self, ids=self.ids[:0], rows=self.rows.some([]), scores=self.scores.some([]))
        begin, end = np.searchsorted(self.ids, [ids[0], ids[-1] + 1])
        own = begin + np.flatnonzero(np.isin(self.ids[begin:end], ids, assume_unique=True))
        return dataclasses.replace(self, ids=self.ids[own], rows=self.rows.some(own), scores=self.scores.some(own))


def judge_accounts(cards: Sequence[Card], now: datetime, ids: Iterable[int] | None = None) -> list[Judged]:
    """Judge every account (or those of `ids`) by each of the scorecards, everything gathered once.

    Raises `CannotCompute` where a condition or a count cannot be computed.
    """
    if ids is not None and any(card.definition.children for card in cards):
        ids = customers.accounts_akin(list(ids))
    keys = [key for card in cards for key in readings_of(card.definition)]
    gathered = gather(keys, now, ids)
    return judge_gathered(cards, gathered, now, only_some=ids is not None)


def judge_gathered(cards: Sequence[Card], gathered: Gathered, now: datetime, *, only_some: bool) -> list[Judged]:
    """Judge accounts of which everything has been gathered."""
    held = _conditions(cards, gathered, now, only_some=only_some)
    rolls_up = any(card.definition.children for card in cards)
    parents = customers.parents(gathered.ids.tolist() if only_some else None) if rolls_up else {}
    overrides = overrides_at(now, gathered.ids.tolist() if only_some else None)
    return [
        _judged(card, gathered, {k: mask for (of, k), mask in held.items() if of == n}, parents, overrides)
        for n, card in enumerate(cards)
    ]


def _conditions(
    cards: Sequence[Card], gathered: Gathered, now: datetime, *, only_some: bool
) -> dict[tuple[int, int], Booleans]:
    """Return of which accounts the conditions hold, by scorecard and exception; -1 is whom the scorecard is for."""
    wanted: dict[tuple[int, int], Condition] = {}
    for n, card in enumerate(cards):
        if card.definition.applies_to is not None:
            wanted[n, FOR] = card.definition.applies_to
        for k, rule in enumerate(card.definition.exceptions):
            if isinstance(rule.when, Where):
                wanted[n, k] = rule.when.condition
    among = gathered.ids.tolist() if only_some else None
    masks: dict[tuple[int, int], Booleans] = {}
    if wanted:
        found = segments.matching_each(dict(enumerate(wanted.values())), Subject.ACCOUNT, among, now=now)
        masks = {key: np.isin(gathered.ids, found.ids(n)) for n, key in enumerate(wanted)}
    return masks | {(n, FOR): ~gathered.churned for n, card in enumerate(cards) if card.definition.applies_to is None}


def _judged(
    card: Card,
    gathered: Gathered,
    held: Mapping[int, Booleans],
    parents: Mapping[int, int],
    overrides: Mapping[int, Mapping[int, int]],
) -> Judged:
    definition = card.definition
    its = np.flatnonzero(held[FOR])
    ids = gathered.ids[its]
    conditions = np.zeros((len(ids), len(definition.exceptions)), np.bool_)
    for k, mask in held.items():
        if k != FOR:
            conditions[:, k] = mask[its]
    said = overrides.get(card.id, {})
    override = np.full(len(ids), np.nan)
    if said:
        known = np.array(sorted(said), np.int64)
        places = np.searchsorted(ids, known)
        for place, account in zip(places.tolist(), known.tolist(), strict=True):
            if place < len(ids) and ids[place] == account:
                override[place] = said[account]
    rows = Rows(
        readings=_those(gathered.matrix(readings_of(definition)), its),
        age=gathered.age[its],
        children=np.full(len(ids), np.nan),
        held=conditions,
        override=override,
    )
    if definition.children is not None and parents:
        family = family_of(ids, parents, np.nan_to_num(gathered.mrr[its]))
        children = put_together(
            definition.children.how,
            family,
            lambda so_far: judge(definition, rows.having(so_far)).exact,
        )
        rows = rows.having(children)
    return Judged(card=card, ids=ids, rows=rows, scores=judge(definition, rows))


def _those(readings: Floats, its: Ids) -> Floats:
    """Return some rows of a matrix, kept by columns."""
    if len(its) == len(readings):
        return readings
    chosen = np.empty((len(its), readings.shape[1]), order="F")
    for n in range(readings.shape[1]):
        chosen[:, n] = readings[its, n]
    return chosen


def overrides_at(at: datetime, ids: Collection[int] | None = None) -> dict[int, dict[int, int]]:
    """Return what members said instead at a moment: by scorecard and account; of several the latest."""
    found = Override.objects.filter(
        Q(ends_at=None) | Q(ends_at__gt=at), Q(ended_at=None) | Q(ended_at__gt=at), at__lte=at
    )
    if ids is not None:
        found = found.filter(account__in=list(ids))
    said: dict[int, dict[int, int]] = {}
    for scorecard, account, score in found.order_by("at", "pk").values_list("scorecard_id", "account_id", "score"):
        said.setdefault(scorecard, {})[account] = score
    return said
