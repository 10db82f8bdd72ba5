"""What a scorecard would say before it is saved: how scores would be spread, who would change bands, one account."""

import dataclasses
from collections.abc import Sequence

import numpy as np

from tenure.customers import queries as customers
from tenure.health.models import HealthScore
from tenure.health.queries.judging import Card, judge_accounts
from tenure.health.queries.scorecards import definitions_of
from tenure.health.queries.scores import UNKNOWN, parts
from tenure.health.types.answers import BandCount, Part, Spread
from tenure.health.types.scorecards import Definition
from tenure.kernel import clock

SHOWN = 8


@dataclasses.dataclass(frozen=True, kw_only=True)
class Moved:
    """How many accounts would go from one band to another, and some of them. A band's name is empty: not known."""

    before: str
    after: str
    accounts: int
    sample: Sequence[tuple[int, str]]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Sample:
    """What would be said of one account."""

    account_id: int
    account_name: str
    score: int | None
    band: str
    tone: str
    coverage: int
    parts: tuple[Part, ...]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Preview:
    """What a scorecard would say. `moved` is against the one it would change; `staying` keep their band."""

    spread: Spread
    moved: Sequence[Moved]
    staying: int
    entering: int
    leaving: int
    sample: Sample | None


def preview(definition: Definition, *, against: int | None = None, account_id: int | None = None) -> Preview:
    """Judge everybody by a scorecard that is not saved; raises `CannotCompute`."""
    card = Card(id=against or 0, version=0, definition=definition)
    (judged,) = judge_accounts([card], clock.now())
    scores, bands = judged.scores, definition.bands
    known = scores.score >= 0
    counts = np.bincount(scores.band + 1, minlength=len(bands) + 1).tolist()
    steps = np.bincount(np.minimum(scores.score[known] // 10, 9), minlength=10).tolist()
    spread = Spread(
        bands=[
            BandCount(place=n - 1, band=bands[n - 1] if n else None, accounts=counts[n]) for n in range(len(bands) + 1)
        ],
        steps=steps,
        accounts=len(judged.ids),
        mean=float(scores.score[known].mean()) if known.any() else None,
    )
    names = {place: band.name for place, band in enumerate(bands)} | {UNKNOWN: ""}
    now = dict(zip(judged.ids.tolist(), scores.band.tolist(), strict=True))
    moved, staying, entering, leaving = [], 0, len(now), 0
    if against is not None:
        before = _bands_before(against)
        entering, leaving = len(now.keys() - before.keys()), len(before.keys() - now.keys())
        pairs: dict[tuple[str, str], list[int]] = {}
        for account in sorted(now.keys() & before.keys()):
            pairs.setdefault((before[account], names[now[account]]), []).append(account)
        staying = sum(len(ids) for (old, new), ids in pairs.items() if old == new)
        shown = customers.account_names({id_ for ids in pairs.values() for id_ in ids[:SHOWN]})
        moved = [
            Moved(before=old, after=new, accounts=len(ids), sample=[(id_, shown.get(id_, "")) for id_ in ids[:SHOWN]])
            for (old, new), ids in sorted(pairs.items(), key=lambda each: -len(each[1]))
            if old != new
        ]
    sample = None
    if len(judged.ids):
        place = int(np.searchsorted(judged.ids, account_id or 0))
        if place >= len(judged.ids) or judged.ids[place] != account_id:
            place = 0
        whose = int(judged.ids[place])
        band = int(scores.band[place])
        sample = Sample(
            account_id=whose,
            account_name=customers.account_names([whose]).get(whose, ""),
            score=int(scores.score[place]) if known[place] else None,
            band=names[band],
            tone=bands[band].tone if band >= 0 else "",
            coverage=int(scores.coverage[place]),
            parts=parts(definition, judged.rows.some(slice(place, place + 1))),
        )
    return Preview(spread=spread, moved=moved, staying=staying, entering=entering, leaving=leaving, sample=sample)


def _bands_before(scorecard_id: int) -> dict[int, str]:
    names = {key: [band.name for band in d.bands] for key, d in definitions_of([scorecard_id]).items()}
    rows = HealthScore.objects.filter(scorecard=scorecard_id, until=None).values_list("account_id", "version", "band")
    return {
        account: names[scorecard_id, version][band] if band is not None and (scorecard_id, version) in names else ""
        for account, version, band in rows
    }
