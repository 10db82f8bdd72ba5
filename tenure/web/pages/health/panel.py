"""The part of an account's page that says how they are and why."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from tenure.health import queries
from tenure.health.types.answers import ScoreAt
from tenure.kernel import clock
from tenure.web.pages.health import words
from tenure.web.permission import may
from tenure.web.visiting import Visit
from tenure.workspaces.types import PermissionRole

LOOKED_BACK = timedelta(days=28)
TREND = timedelta(days=91)
TERMS = 4


def health_of_account(request: Visit, account: Any) -> Mapping[str, Any] | None:
    """Return an account's health for its page, or nothing where no scorecard judges it."""
    found = queries.health_of(account.pk)
    if not found:
        return None
    main, now = found[0], clock.now()
    judgements = queries.judgements_of(account.pk, limit=1)
    change = queries.why_changed(account.pk, main.scorecard_id, now - LOOKED_BACK, now)
    before = change.before.score if change.before else None
    terms = words.term_rows(change)
    return {
        "health": main,
        "others": [
            {"health": each, "shown": words.shown_score(each.score, each.band, each.definition)} for each in found[1:]
        ],
        "shown": words.shown_score(main.score, main.band, main.definition),
        "unknown": words.unknown_words(main) if main.score is None else "",
        "change": None if before is None or main.score is None else main.score - before,
        "change_words": ""
        if before is None or main.score is None
        else queries.points_words(float(main.score - before)),
        "days": LOOKED_BACK.days,
        "terms": terms[:TERMS],
        "more_terms": len(terms) > TERMS,
        "trend": trend(queries.scores_of(account.pk, main.scorecard_id, since=now - TREND), now),
        "judgement": judgements[0] if judgements else None,
        "feeling": words.feeling(judgements[0].score) if judgements else "",
        "disagreement": words.disagreement(main, judgements),
        "feelings": words.FEELINGS,
        "may_change": may(request, PermissionRole.MEMBER),
    }


def trend(lines: Sequence[ScoreAt], now: datetime) -> list[float]:
    """Return the score of each of the last weeks, as far as it was known."""
    found: list[float] = []
    for week in range(TREND.days // 7, -1, -1):
        at = now - timedelta(days=7 * week)
        there = [line for line in lines if line.since <= at and (line.until is None or line.until > at)]
        score = there[-1].score if there else None
        if score is not None:
            found.append(float(score))
    return found
