"""Health: what scorecards say of accounts, what it is made of, why it changed, and what members say themselves."""

from datetime import UTC, datetime
from typing import Annotated, Any

from ninja import Router, Schema, Status
from ninja.params.functions import Query
from pydantic import AwareDatetime, Field

from tenure.api.callers import acting_member
from tenure.api.calls import ApiCall
from tenure.api.fields import LARGEST_ID, Id, Text, said
from tenure.api.listing import lists
from tenure.api.paging import CURSOR, LIMIT, as_page, page_of_few, reachable
from tenure.customers import queries as customers
from tenure.health import actions, queries
from tenure.health.errors import NotJudged
from tenure.health.types.answers import AccountHealth

router = Router(tags=["health"])
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
Moment = Annotated[AwareDatetime, Field(ge=EARLIEST)]
SCORECARD = Query(None, ge=1, le=LARGEST_ID, description="By which scorecard; the account's main one when left out.")


class ScoreOut(Schema):
    """An account and its score."""

    account_id: int = said("Which account.")
    account_name: str = said("What it is called.", "Northwind")
    scorecard_id: int = said("By which scorecard.")
    score: int | None = said("0 to 100; null where not enough is known.", 58)
    band: str = said("The band it is in; empty where not enough is known.", "Fair")
    computed: int | None = said("What it is without an override.", 58)
    coverage: int = said("How much of the weight is known, in percent.", 90)
    since: datetime = said("Since when.")
    week_ago: int | None = said("The score a week ago by the same scorecard.", 70)


class PartOut(Schema):
    """One measure in a score."""

    key: str = said("Its name with its groups.", "Use › People active")
    reading: float | None = said("What was found; null where it is not known.", 12.0)
    reading_words: str = said("The same in words.", "12")
    points: float | None = said("What it scores, 0 to 100; null where it is left out.", 80.0)
    share: float = said("Its share of the whole where everything is known, 0 to 1.", 0.25)
    weight: float = said("What it weighs here, 0 to 1.", 0.3)
    adds: float = said("Points times weight.", 24.0)


class AccountHealthOut(Schema):
    """What a scorecard says of an account now."""

    account_id: int = said("Which account.")
    scorecard_id: int = said("By which scorecard.")
    scorecard_name: str = said("What that is called.", "Enterprise health")
    version: int = said("By which version of it.", 1)
    is_main: bool = said("Whether it is the account's main scorecard.", True)
    score: int | None = said("0 to 100; null where not enough is known.", 58)
    computed: int | None = said("What it is without an override.", 58)
    band: str = said("The band it is in; empty where not enough is known.", "Fair")
    coverage: int = said("How much of the weight is known, in percent.", 90)
    since: datetime = said("Since when.")
    exceptions: list[str] = said("The exceptions that hold.", ["An urgent ticket is open"])
    children: float | None = said("What the accounts below it come to.", 61.0)
    parts: list[PartOut] = said("What it is made of.")


class ScoreAtOut(Schema):
    """What a score was for a while."""

    since: datetime = said("From when.")
    until: datetime | None = said("Until when; null: it still is.")
    score: int | None = said("0 to 100; null where not enough was known.", 58)
    band: str = said("The band it was in.", "Fair")
    coverage: int = said("How much of the weight was known, in percent.", 90)
    version: int = said("By which version of the scorecard.", 1)


class TermOut(Schema):
    """One part of a change."""

    kind: str = said("measure, known, age, children, exception, override or version.", "measure")
    name: str = said("Which measure or exception.", "Use › People active")
    amount: float = said("How many points of the score it made.", -12.5)
    reading_before: float | None = said("What was found before.", 12.0)
    reading: float | None = said("What was found after.", 4.0)
    words: str = said("The same in words.", "People active: 12 → 4")


class WhyChangedOut(Schema):
    """Why a score changed between two moments; the amounts sum to the change before rounding."""

    before: int | None = said("The score at the first moment; null where it was not known.", 71)
    after: int | None = said("The score at the second.", 58)
    terms: list[TermOut] = said("What made the change, the largest first.")


class JudgementIn(Schema):
    """What a member thinks of an account."""

    score: int = said("0 (about to leave) to 100 (could not be better).", 25, ge=0, le=100)
    note: Text = said("Why.", "Their sponsor left.", max_length=1000, default="")


class JudgementOut(Schema):
    """What a member thought of an account."""

    id: int = said("Which judgement.")
    score: int = said("0 to 100.", 25)
    note: str = said("Why.", "Their sponsor left.")
    at: datetime = said("When.")
    by: str = said("Who.", "Ada Park")


class OverrideIn(Schema):
    """What the score is to be instead."""

    scorecard_id: Id = said("Of which scorecard.")
    score: int = said("0 to 100.", 60, ge=0, le=100)
    reason: Text = said("Why.", "Migration under way.", min_length=1, max_length=500)
    ends_at: AwareDatetime | None = said("Until when; null: until somebody ends it.", default=None, ge=EARLIEST)


class OverrideOut(Schema):
    """What a member said the score is."""

    id: int = said("Which override.")
    score: int = said("0 to 100.", 60)
    reason: str = said("Why.", "Migration under way.")
    at: datetime = said("When it was said.")
    ends_at: datetime | None = said("When it ends by itself.")
    ended_at: datetime | None = said("When it ended.")
    by: str = said("Who said so.", "Ada Park")


class HealthAccountOut(Schema):
    """Whose health it was about."""

    account_id: int = said("Which account.")


@lists(router, "", ScoreOut, summary="Accounts by health")
def list_scores(
    request: ApiCall,
    scorecard_id: int | None = SCORECARD,
    band: int | None = Query(None, ge=-1, le=11, description="Only this band, counted from 0; -1: not enough known."),
    cursor: str = CURSOR,
    limit: int = LIMIT,
) -> Any:
    """List accounts with their scores, the lowest first, those not known last."""
    page = queries.scores(scorecard_id=scorecard_id, band=band, cursor=cursor, limit=limit)
    fields = ("account_id", "account_name", "scorecard_id", "score", "computed", "coverage", "since", "week_ago")
    items = [
        {"band": row.band.name if row.band else "", **{field: getattr(row, field) for field in fields}}
        for row in page.items
    ]
    return as_page(items, page.next_cursor)


@router.get("/{int:account_id}", response=AccountHealthOut, summary="One account's health")
def read_health(request: ApiCall, account_id: int, scorecard_id: int | None = SCORECARD) -> Any:
    """Return what a scorecard says of an account now, with its parts."""
    found = _health(account_id, scorecard_id)
    fields = (
        "account_id", "scorecard_id", "scorecard_name", "version", "is_main", "score", "computed", "coverage", "since",
        "children",
    )  # fmt: skip
    return {
        **{field: getattr(found, field) for field in fields},
        "band": found.band.name if found.band else "",
        "exceptions": list(found.exceptions),
        "parts": [
            {
                "key": part.key,
                "reading": part.reading,
                "reading_words": queries.reading_words(part.measure, part.reading),
                "points": part.points,
                "share": part.share,
                "weight": part.weight,
                "adds": part.adds,
            }
            for part in found.parts
        ],
    }


@lists(router, "/{int:account_id}/history", ScoreAtOut, summary="What a score was over time")
def list_history(
    request: ApiCall, account_id: int, scorecard_id: int | None = SCORECARD, cursor: str = CURSOR, limit: int = LIMIT
) -> Any:
    """List what was said of an account, the oldest first."""
    found = _health(account_id, scorecard_id)
    lines = queries.scores_of(found.account_id, found.scorecard_id)

    def show(line: Any) -> dict[str, Any]:
        names = ("since", "until", "score", "coverage", "version")
        return {"band": line.band.name if line.band else "", **{name: getattr(line, name) for name in names}}

    return page_of_few(lines, cursor, limit, show)


@router.get("/{int:account_id}/why", response=WhyChangedOut, summary="Why a score changed")
def read_why_changed(
    request: ApiCall,
    account_id: int,
    since: Moment = Query(..., description="The first moment."),
    until: Moment = Query(..., description="The second moment."),
    scorecard_id: int | None = SCORECARD,
) -> Any:
    """Take the difference between two moments apart; the amounts sum to it before rounding."""
    found = _health(account_id, scorecard_id)
    change = queries.why_changed(found.account_id, found.scorecard_id, since, until)
    terms = change.difference.terms if change.difference else ()
    return {
        "before": change.before.score if change.before else None,
        "after": change.after.score,
        "terms": [
            {
                "kind": term.kind,
                "name": term.name,
                "amount": term.amount,
                "reading_before": term.reading_before,
                "reading": term.reading,
                "words": queries.term_words(term, change.definition),
            }
            for term in terms
        ],
    }


@lists(router, "/{int:account_id}/judgements", JudgementOut, summary="What members think of an account")
def list_judgements(request: ApiCall, account_id: int, cursor: str = CURSOR, limit: int = LIMIT) -> Any:
    """List what members thought of it, the latest first."""
    return page_of_few(queries.judgements_of(_account(account_id), limit=500), cursor, limit, vars_of)


@router.post("/{int:account_id}/judgements", response={201: JudgementOut}, summary="Judge an account")
def judge_account(request: ApiCall, account_id: int, given: JudgementIn) -> Any:
    """Write down what a member thinks of it."""
    made = actions.judge_account(_account(account_id), given.score, note=given.note, by=acting_member(request))
    return Status(201, vars_of(next(j for j in queries.judgements_of(made.account_id) if j.id == made.pk)))


@lists(router, "/{int:account_id}/overrides", OverrideOut, summary="What members said a score is")
def list_overrides(
    request: ApiCall, account_id: int, scorecard_id: int | None = SCORECARD, cursor: str = CURSOR, limit: int = LIMIT
) -> Any:
    """List what members said instead of what was computed, the latest first."""
    found = _health(account_id, scorecard_id)
    return page_of_few(queries.overrides_of(found.account_id, found.scorecard_id), cursor, limit, vars_of)


@router.post("/{int:account_id}/overrides", response={201: OverrideOut}, summary="Override a score")
def override_score(request: ApiCall, account_id: int, given: OverrideIn) -> Any:
    """Say what the score is instead, and why, until it ends."""
    made = actions.override_score(
        _account(account_id),
        given.scorecard_id,
        given.score,
        reason=given.reason,
        ends_at=given.ends_at,
        by=acting_member(request),
    )
    found = queries.overrides_of(made.account_id, made.scorecard_id)
    return Status(201, vars_of(next(each for each in found if each.id == made.pk)))


@router.post("/judgements/{int:judgement_id}/withdraw", response=HealthAccountOut, summary="Take a judgement back")
def withdraw_judgement(request: ApiCall, judgement_id: int) -> Any:
    """Take it back; the one before it counts again."""
    found = actions.withdraw_judgement(reachable(judgement_id), by=acting_member(request))
    return {"account_id": found.account_id}


@router.post("/overrides/{int:override_id}/end", response=HealthAccountOut, summary="End an override")
def end_override(request: ApiCall, override_id: int) -> Any:
    """Let the computed score count again."""
    found = actions.end_override(reachable(override_id), by=acting_member(request))
    return {"account_id": found.account_id}


def vars_of(item: Any) -> dict[str, Any]:
    """Return a frozen answer's fields."""
    return dict(vars(item))


def _account(account_id: int) -> int:
    return customers.account(min(account_id, LARGEST_ID)).pk


def _health(account_id: int, scorecard_id: int | None) -> AccountHealth:
    for found in queries.health_of(_account(account_id)):
        if scorecard_id is None or found.scorecard_id == scorecard_id:
            return found
    raise NotJudged
