"""What scorecards say of accounts: of one in all its parts, of everybody by band, and what was said when."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from django.db import connection
from django.db.models import Count, F, Q, QuerySet

from tenure.customers import queries as customers
from tenure.health.models import HealthScore, Judgement, Override
from tenure.health.queries.banding import Banding, banding_of
from tenure.health.queries.scorecards import definitions_of
from tenure.health.rules.packing import unpacked
from tenure.health.rules.scoring import Rows, parts_of, usual_share
from tenure.health.types.answers import (
    AccountHealth,
    BandCount,
    JudgementItem,
    OverrideItem,
    Part,
    ScoreAt,
    ScorePage,
    ScoreRow,
    Spread,
)
from tenure.health.types.scorecards import Definition, readings_of
from tenure.kernel import clock, tenancy
from tenure.kernel.cursors import CursorUnreadable, as_cursor, from_cursor

WEEK = timedelta(days=7)
UNKNOWN = -1
"""The place of those of which not enough is known."""
_EXPORTED_AT_ONCE = 1_000


def health_of(account_id: int) -> Sequence[AccountHealth]:
    """Return what each scorecard says of an account now, its main one first."""
    found = HealthScore.objects.filter(account=account_id, until=None, scorecard__archived_at=None)
    rows = list(found.select_related("scorecard").order_by("-is_main", "scorecard__position"))
    definitions = definitions_of([row.scorecard_id for row in rows])
    overrides = _overrides(account_id)
    return [
        _health(row, definitions[row.scorecard_id, row.version], overrides.get(row.scorecard_id))
        for row in rows
        if (row.scorecard_id, row.version) in definitions
    ]


def judgements_of(account_id: int, *, limit: int = 20) -> Sequence[JudgementItem]:
    """Return what members thought of an account, the latest first; what was taken back is left out."""
    found = Judgement.objects.filter(account=account_id, withdrawn_at=None).select_related("by").order_by("-at", "-pk")
    return [
        JudgementItem(id=j.pk, score=j.score, note=j.note, at=j.at, by=j.by.name if j.by else "Tenure")
        for j in found[:limit]
    ]


def overrides_of(account_id: int, scorecard_id: int) -> Sequence[OverrideItem]:
    """Return what members said the score is instead, the latest first, ended ones too."""
    found = Override.objects.filter(account=account_id, scorecard=scorecard_id).select_related("by")
    return [_override(each) for each in found.order_by("-at", "-pk")]


def scores_of(account_id: int, scorecard_id: int, *, since: datetime | None = None) -> Sequence[ScoreAt]:
    """Return what a scorecard said of an account from time to time, the oldest first."""
    found = HealthScore.objects.filter(account=account_id, scorecard=scorecard_id).order_by("since", "pk")
    if since is not None:
        found = found.filter(Q(until=None) | Q(until__gt=since))
    definitions = definitions_of([scorecard_id])
    return [score_at(row, definitions) for row in found]


def spread(scorecard_id: int | None = None) -> Spread:
    """Return how scores are spread: by one scorecard, or by the main one of each account.

    Each account is in the band that its own scorecard gives it, whatever others call such a score.
    """
    banding, rows = banding_of(scorecard_id), _now(scorecard_id)
    by_band, steps, unknown, total, weighed = [0] * len(banding.bands), [0] * 10, 0, 0, 0
    counted = rows.order_by().values_list("scorecard_id", "version", "band", "score").annotate(n=Count("pk"))
    for card, version, band, score, n in counted:
        if score is None or band is None:
            unknown += n
            continue
        place = banding.places.get((card, version, band))
        if place is not None:
            by_band[place] += n
        steps[min(score // 10, 9)] += n
        total, weighed = total + n, weighed + score * n
    return Spread(
        bands=[
            BandCount(place=UNKNOWN, band=None, accounts=unknown),
            *(BandCount(place=n, band=band, accounts=by_band[n]) for n, band in enumerate(banding.bands)),
        ],
        steps=steps,
        accounts=total + unknown,
        mean=weighed / total if total else None,
    )


def scores(
    *,
    scorecard_id: int | None = None,
    band: int | None = None,
    cursor: str = "",
    limit: int = 50,
    step: int | None = None,
) -> ScorePage:
    """Return a page of accounts with their scores, the lowest first and those not known last.

    Of one scorecard or of the main one of each account; only those in a band (-1: not known) or in one of ten equal
    steps. Raises `CursorUnreadable`.
    """
    found = _now(scorecard_id).select_related("scorecard")
    if band is not None:
        found = _in_band(found, banding_of(scorecard_id), band)
    if step is not None:
        found = found.filter(score__gte=step * 10, score__lt=step * 10 + 10 if step < 9 else 101)
    if cursor:
        score, pk = from_cursor(cursor, 2)
        if not isinstance(pk, int) or isinstance(score, str | float | bool):
            raise CursorUnreadable
        later = Q(score=None, pk__gt=pk)
        if score is not None:
            later = Q(score__gt=score) | Q(score=score, pk__gt=pk) | Q(score=None)
        found = found.filter(later)
    rows = list(found.order_by(_lowest_first(), "pk")[: limit + 1])
    more, rows = len(rows) > limit, rows[:limit]
    return ScorePage(items=_score_rows(rows), next_cursor=as_cursor([rows[-1].score, rows[-1].pk]) if more else None)


def all_scores(*, scorecard_id: int | None = None, band: int | None = None, step: int | None = None) -> Any:
    """Walk everybody's scores, however many, a portion in memory at a time."""
    cursor = ""
    while True:
        page = scores(scorecard_id=scorecard_id, band=band, step=step, cursor=cursor, limit=_EXPORTED_AT_ONCE)
        yield from page.items
        if page.next_cursor is None:
            return
        cursor = page.next_cursor


def score_at(row: HealthScore, definitions: dict[tuple[int, int], Definition]) -> ScoreAt:
    """Return a line of history."""
    definition = definitions.get((row.scorecard_id, row.version))
    band = definition.bands[row.band] if definition and row.band is not None else None
    return ScoreAt(
        since=row.since, until=row.until, score=row.score, coverage=row.coverage, version=row.version, band=band
    )


def row_of(row: HealthScore, definition: Definition) -> Rows:
    """Return what a line of history was judged by."""
    held = np.zeros((1, len(definition.exceptions)), np.bool_)
    held[0, [n for n in row.held if n < held.shape[1]]] = True
    return Rows(
        readings=unpacked([bytes(row.readings)], len(readings_of(definition))),
        age=np.array([float(row.age or 0)]),
        children=np.array([np.nan if row.children is None else row.children]),
        held=held,
        override=np.array([np.nan if row.override is None else float(row.override)]),
    )


def parts(definition: Definition, row: Rows) -> tuple[Part, ...]:
    """Return the measures in one account's score; those that do not count at its age are left out."""
    apart = parts_of(definition, row)
    share = float(usual_share(definition, row.age)[0])
    column = {key: n for n, key in enumerate(readings_of(definition))}
    found = []
    for n, leaf in enumerate(apart.leaves):
        counts = 1 - share if leaf.is_for_new else share
        if not counts:
            continue
        listed = tuple(name for name, _ in getattr(leaf.measure.scores, "values", ()))
        reading = float(row.readings[0, column[leaf.measure.reads, listed]])
        points = float(apart.points[0, n])
        *groups, name = leaf.key.split(" › ")
        found.append(
            Part(
                key=leaf.key,
                name=name,
                groups=tuple(groups),
                measure=leaf.measure,
                share=leaf.share * counts,
                weight=float(apart.weight[0, n]),
                points=None if np.isnan(points) else points,
                reading=None if np.isnan(reading) else reading,
                is_for_new=leaf.is_for_new,
            )
        )
    return tuple(found)


def _health(row: HealthScore, definition: Definition, override: OverrideItem | None) -> AccountHealth:
    judged_by = row_of(row, definition)
    return AccountHealth(
        account_id=row.account_id,
        scorecard_id=row.scorecard_id,
        scorecard_name=row.scorecard.name,
        definition=definition,
        version=row.version,
        is_main=row.is_main,
        since=row.since,
        score=row.score,
        computed=row.computed,
        band=None if row.band is None else definition.bands[row.band],
        coverage=row.coverage,
        is_missing=row.is_missing,
        young=1.0 - float(usual_share(definition, judged_by.age)[0]),
        children=row.children,
        exceptions=tuple(definition.exceptions[n].name for n in row.held if n < len(definition.exceptions)),
        override=override if row.override is not None else None,
        parts=parts(definition, judged_by),
    )


def _overrides(account_id: int) -> dict[int, OverrideItem]:
    found = Override.objects.filter(account=account_id, ended_at=None).select_related("by").order_by("at", "pk")
    return {each.scorecard_id: _override(each) for each in found}


def _override(found: Override) -> OverrideItem:
    return OverrideItem(
        id=found.pk,
        score=found.score,
        reason=found.reason,
        at=found.at,
        ends_at=found.ends_at,
        ended_at=found.ended_at,
        by=found.by.name if found.by else "Tenure",
    )


def _now(scorecard_id: int | None) -> QuerySet[HealthScore]:
    found = HealthScore.objects.filter(until=None, scorecard__archived_at=None)
    return found.filter(is_main=True) if scorecard_id is None else found.filter(scorecard=scorecard_id)


def _in_band(found: QuerySet[HealthScore], banding: Banding, place: int) -> QuerySet[HealthScore]:
    if not 0 <= place < len(banding.bands):
        return found.filter(score=None)
    there = Q(pk__in=[])
    for (card, version, band), at in banding.places.items():
        if at == place:
            there |= Q(scorecard=card, version=version, band=band)
    return found.filter(there)


def _lowest_first() -> Any:
    return F("score").asc(nulls_last=True)


def _score_rows(rows: Sequence[HealthScore]) -> list[ScoreRow]:
    definitions = definitions_of(sorted({row.scorecard_id for row in rows}))
    names = customers.account_names([row.account_id for row in rows])
    then = _scores_then(rows, clock.now() - WEEK)
    return [
        ScoreRow(
            account_id=row.account_id,
            account_name=names.get(row.account_id, ""),
            score=row.score,
            computed=row.computed,
            band=score_at(row, definitions).band,
            coverage=row.coverage,
            since=row.since,
            scorecard_id=row.scorecard_id,
            scorecard_name=row.scorecard.name,
            is_overridden=row.override is not None,
            week_ago=then.get((row.scorecard_id, row.account_id)),
        )
        for row in rows
    ]


def _scores_then(rows: Sequence[HealthScore], at: datetime) -> dict[tuple[int, int], int]:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT h.scorecard_id, h.account_id, h.score
            FROM unnest(%s::bigint[], %s::bigint[]) AS wanted (scorecard_id, account_id)
            JOIN health_healthscore h ON h.scorecard_id = wanted.scorecard_id AND h.account_id = wanted.account_id
            WHERE h.workspace_id = %s AND h.since <= %s AND (h.until IS NULL OR h.until > %s) AND h.score IS NOT NULL
            """,
            [
                [row.scorecard_id for row in rows],
                [row.account_id for row in rows],
                tenancy.current_workspace_id(),
                at,
                at,
            ],
        )
        return {(scorecard, account): score for scorecard, account, score in cursor.fetchall()}
