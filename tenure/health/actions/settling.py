"""Write down what has changed since scores were last looked at, set the traits that say so, and announce it."""

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db import connection

from tenure.customers import actions as customers
from tenure.customers import queries
from tenure.health.announcements import HealthChanged
from tenure.health.models import HealthScore
from tenure.health.queries.judging import Judged
from tenure.health.rules.packing import packed, unpacked
from tenure.health.rules.scoring import Booleans, Rows, parts_of
from tenure.health.types import HEALTH_GRADE, HEALTH_SCORE, SOURCE
from tenure.kernel import tenancy
from tenure.kernel.outbox import announce_all

A_POINT = 1.0
"""Where a measure adds so much more or less to the score, a new line of history is written."""
_TRAITS_AT_ONCE = 2_000
_OPEN = """
    SELECT account_id, id, version, is_main, coalesce(score, -1), coalesce(computed, -1), coalesce(band, -1), coverage,
           is_missing, held, coalesce(override, -1), coalesce(age, 0), children, readings
    FROM health_healthscore
    WHERE scorecard_id = %s AND until IS NULL AND account_id = ANY(%s) ORDER BY account_id
"""
_FIELDS = (
    "account_id", "id", "version", "is_main", "score", "computed", "band", "coverage", "missing", "held", "override",
    "age", "children", "readings",
)  # fmt: skip
_INSERT = """
    INSERT INTO health_healthscore (workspace_id, scorecard_id, account_id, version, since, is_main, score, computed,
                                    band, coverage, is_missing, held, override, age, children, readings)
    SELECT %s, %s, said.account_id, %s, %s, said.is_main, nullif(said.score, -1), nullif(said.computed, -1),
           nullif(said.band, -1), said.coverage, said.missing, said.held::smallint[], nullif(said.override, -1),
           said.age, said.children, said.readings
    FROM unnest(%s::bigint[], %s::boolean[], %s::smallint[], %s::smallint[], %s::smallint[], %s::smallint[],
                %s::boolean[], %s::text[], %s::smallint[], %s::integer[], %s::float8[], %s::bytea[])
         AS said (account_id, is_main, score, computed, band, coverage, missing, held, override, age, children,
                  readings)
"""


@dataclasses.dataclass(kw_only=True)
class _News:
    """What becomes of traits, and whom to tell of."""

    main: dict[int, tuple[int, str]] = dataclasses.field(default_factory=dict)
    gone: set[int] = dataclasses.field(default_factory=set)
    said: list[HealthChanged] = dataclasses.field(default_factory=list)


def settle(judged: Sequence[Judged], names: Mapping[int, str], *, now: datetime, ids: Sequence[int]) -> int:
    """Bring what is written down of accounts to what was judged; returns how many scores were written anew, or ended.

    The names come in the order in which scorecards are the main one, those that could not judge among them.
    """
    taken = np.array([], np.int64)
    news, changed = _News(), 0
    by_card = {each.card.id: each for each in judged}
    for card_id in names:
        each = by_card.get(card_id)
        if each is None:  # it could not judge: what it says stays, and it stays the main one of whom it was for
            taken = np.union1d(taken, _main_of(card_id, ids))
            continue
        is_main = ~np.isin(each.ids, taken)
        taken = np.union1d(taken, each.ids)
        among = sorted({*ids, *each.ids.tolist()})
        changed += _settle_one(each, is_main, names[each.card.id], news, now=now, ids=among)
    _set_traits(news, now=now)
    announce_all(news.said)
    return changed


def _main_of(scorecard_id: int, ids: Sequence[int]) -> npt.NDArray[np.int64]:
    found = HealthScore.objects.filter(scorecard=scorecard_id, until=None, is_main=True, account__in=ids)
    return np.array(found.values_list("account_id", flat=True), np.int64)


def take_traits_away(ids: Iterable[int], *, now: datetime) -> None:
    """Say of accounts that no scorecard judges them any more."""
    _set_traits(_News(gone=set(ids)), now=now)


def _settle_one(judged: Judged, is_main: Booleans, name: str, news: _News, *, now: datetime, ids: Sequence[int]) -> int:
    kept = _open_rows(judged.card.id, ids)
    place = np.searchsorted(judged.ids, kept["account_id"])
    inside = np.zeros(len(kept["account_id"]), np.bool_)
    if len(judged.ids):
        inside = judged.ids[np.minimum(place, len(judged.ids) - 1)] == kept["account_id"]
    row_of = np.full(len(judged.ids), -1, np.int64)
    row_of[place[inside]] = np.flatnonzero(inside)
    written = packed(judged.rows.readings)
    age = _ages(judged)
    is_new, has_drifted = _compared(judged, is_main, kept, row_of, written, age)
    ended = np.flatnonzero(~inside)
    _close([kept["id"][n] for n in (*ended, *(row_of[n] for n in np.flatnonzero(is_new) if row_of[n] >= 0))], now)
    _insert(judged, is_main, np.flatnonzero(is_new), written, age, now)
    _bring_up_to_date(judged, np.flatnonzero(has_drifted).tolist(), row_of, kept, written, age)
    _gather_news(judged, is_main, name, kept, row_of, np.flatnonzero(is_new), ended, news, now)
    return int(is_new.sum()) + len(ended)


def _open_rows(scorecard_id: int, ids: Sequence[int]) -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute(_OPEN, [scorecard_id, list(ids)])
        rows = cursor.fetchall()
    columns: dict[str, Any] = dict(zip(_FIELDS, zip(*rows, strict=True), strict=True)) if rows else {}
    kept: dict[str, Any] = {field: columns.get(field, ()) for field in _FIELDS}
    for field in ("account_id", "version", "score", "computed", "band", "coverage", "override", "age"):
        kept[field] = np.array(kept[field], np.int64)
    for field in ("is_main", "missing"):
        kept[field] = np.array(kept[field], np.bool_)
    kept["children"] = np.array([np.nan if c is None else c for c in kept["children"]], np.float64)
    return kept


def _ages(judged: Judged) -> npt.NDArray[np.int64]:
    """Return ages as far as they matter, so that those of old accounts do not change every day."""
    young = judged.card.definition.new_accounts
    limit = 0 if young is None else young.until_days + young.handover_days
    return np.minimum(np.nan_to_num(judged.rows.age), limit).astype(np.int64)


def _compared(
    judged: Judged,
    is_main: Booleans,
    kept: Mapping[str, Any],
    row_of: npt.NDArray[np.int64],
    written: Sequence[bytes],
    age: npt.NDArray[np.int64],
) -> tuple[Booleans, Booleans]:
    """Say which accounts need a new line of history, and of which only the readings drifted."""
    is_new, has_drifted = row_of < 0, np.zeros(len(row_of), np.bool_)
    known = np.flatnonzero(~is_new)
    if not len(known):
        return is_new, has_drifted
    row, scores = row_of[known], judged.scores
    override = np.where(np.isnan(judged.rows.override), -1, judged.rows.override).astype(np.int64)
    computed = _whole(scores.computed)
    differs = kept["version"][row] != judged.card.version
    for field, value in (
        ("is_main", is_main), ("score", scores.score), ("computed", computed), ("band", scores.band),
        ("coverage", scores.coverage), ("missing", scores.missing), ("override", override),
    ):  # fmt: skip
        differs |= kept[field][row] != value[known]
    held = [tuple(np.flatnonzero(each).tolist()) for each in scores.held[known]]
    differs |= np.array([tuple(kept["held"][r]) != h for r, h in zip(row, held, strict=True)], np.bool_)
    children = judged.rows.children[known]
    drifted = (kept["age"][row] != age[known]) | ~np.isclose(kept["children"][row], children, 0, 0, equal_nan=True)
    drifted |= np.array(
        [bytes(kept["readings"][r]) != written[n] for r, n in zip(row, known.tolist(), strict=True)], np.bool_
    )
    drifted &= ~differs
    if drifted.any():
        looked = np.flatnonzero(drifted)
        differs[looked] = _moved(judged, kept, row[looked], known[looked])
    is_new[known] = differs
    has_drifted[known] = drifted & ~differs
    return is_new, has_drifted


def _moved(
    judged: Judged, kept: Mapping[str, Any], row: npt.NDArray[np.int64], known: npt.NDArray[np.int64]
) -> Booleans:
    """Tell whose parts moved by a point since they were written down, by the same version."""
    now = judged.rows.some(known)
    before = Rows(
        readings=unpacked([kept["readings"][r] for r in row], judged.rows.readings.shape[1]),
        age=kept["age"][row].astype(np.float64),
        children=kept["children"][row],
        held=now.held,
        override=now.override,
    )
    definition = judged.card.definition
    apart = np.abs(parts_of(definition, now).contributions - parts_of(definition, before).contributions)
    moved: Booleans = apart.max(axis=1, initial=0.0) >= A_POINT
    moved |= np.abs(np.nan_to_num(now.children) - np.nan_to_num(before.children)) >= A_POINT
    return moved


def _whole(scores: npt.NDArray[np.float64]) -> npt.NDArray[np.int16]:
    known = ~np.isnan(scores)
    return np.where(known, np.floor(np.where(known, scores, 0.0) + 0.5 + 1e-9), -1).astype(np.int16)


def _close(pks: list[int], now: datetime) -> None:
    """End lines of history; one that began this very moment was never so."""
    if pks:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM health_healthscore WHERE id = ANY(%s) AND since >= %s", [pks, now])
            cursor.execute("UPDATE health_healthscore SET until = %s WHERE id = ANY(%s)", [now, pks])


def _insert(
    judged: Judged,
    is_main: Booleans,
    rows: npt.NDArray[np.intp],
    written: Sequence[bytes],
    age: npt.NDArray[np.int64],
    now: datetime,
) -> None:
    if not len(rows):
        return
    scores, override = judged.scores, judged.rows.override[rows]
    children = judged.rows.children[rows]
    said: list[list[Any]] = [
        judged.ids[rows].tolist(),
        is_main[rows].tolist(),
        scores.score[rows].tolist(),
        _whole(scores.computed[rows]).tolist(),
        scores.band[rows].tolist(),
        scores.coverage[rows].tolist(),
        scores.missing[rows].tolist(),
        ["{" + ",".join(map(str, np.flatnonzero(held).tolist())) + "}" for held in scores.held[rows]],
        np.where(np.isnan(override), -1, override).astype(int).tolist(),
        age[rows].tolist(),
        [None if np.isnan(c) else float(c) for c in children],
        [written[n] for n in rows],
    ]
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [tenancy.current_workspace_id(), judged.card.id, judged.card.version, now, *said])


def _bring_up_to_date(
    judged: Judged,
    rows: Sequence[int],
    row_of: npt.NDArray[np.int64],
    kept: Mapping[str, Any],
    written: Sequence[bytes],
    age: npt.NDArray[np.int64],
) -> None:
    """Let the line of now tell its latest readings, where they say the same of the score and of every part."""
    if not rows:
        return
    children = judged.rows.children
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE health_healthscore h SET age = now.age, children = now.children, readings = now.readings"
            " FROM unnest(%s::bigint[], %s::integer[], %s::float8[], %s::bytea[]) AS now (id, age, children, readings)"
            " WHERE h.id = now.id",
            [
                [kept["id"][row_of[n]] for n in rows],
                [int(age[n]) for n in rows],
                [None if np.isnan(children[n]) else float(children[n]) for n in rows],
                [written[n] for n in rows],
            ],
        )


def _gather_news(
    judged: Judged,
    is_main: Booleans,
    name: str,
    kept: Mapping[str, Any],
    row_of: npt.NDArray[np.int64],
    fresh: npt.NDArray[np.intp],
    ended: npt.NDArray[np.intp],
    news: _News,
    now: datetime,
) -> None:
    bands, scores = judged.card.definition.bands, judged.scores
    for n in fresh.tolist():
        account = int(judged.ids[n])
        if is_main[n]:
            band = int(scores.band[n])
            news.main[account] = (int(scores.score[n]), bands[band].name if band >= 0 else "")
            news.gone.discard(account)
            row = int(row_of[n])
            if row >= 0 and kept["version"][row] == judged.card.version and kept["is_main"][row]:
                before = int(kept["band"][row])
                if before >= 0 and band >= 0 and before != band:
                    news.said.append(
                        HealthChanged(
                            workspace_id=tenancy.current_workspace_id(),
                            at=now,
                            account_id=account,
                            scorecard_id=judged.card.id,
                            scorecard_name=name,
                            band_before=bands[before].name,
                            band=bands[band].name,
                            score_before=int(kept["score"][row]),
                            score=int(scores.score[n]),
                            tone=bands[band].tone,
                        )
                    )
    for row in ended.tolist():
        account = int(kept["account_id"][row])
        if kept["is_main"][row] and account not in news.main:
            news.gone.add(account)


def _set_traits(news: _News, *, now: datetime) -> None:
    traits: dict[int, dict[str, Any]] = {
        account: {HEALTH_SCORE: score if score >= 0 else None, HEALTH_GRADE: grade or None}
        for account, (score, grade) in news.main.items()
    }
    now_another = queries.merged_accounts(news.gone)
    for account in news.gone - now_another.keys():
        traits.setdefault(account, {HEALTH_SCORE: None, HEALTH_GRADE: None})
    ids = sorted(traits)
    for start in range(0, len(ids), _TRAITS_AT_ONCE):
        some = {account: traits[account] for account in ids[start : start + _TRAITS_AT_ONCE]}
        customers.set_traits_of_accounts(some, source=SOURCE, at=now)
