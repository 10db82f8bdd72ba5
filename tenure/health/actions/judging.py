"""Keep scores true: judge accounts of which something was heard, write down what changed, and say so; set-based."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import structlog
from django.db import connection, transaction

from tenure.health.actions import settling
from tenure.health.errors import ScorecardWrong
from tenure.health.models import Override, Scorecard, Touched
from tenure.health.queries.judging import Card, Judged, judge_accounts
from tenure.health.queries.reading import stored_definition
from tenure.health.queries.scorecards import live_scorecards
from tenure.kernel import tenancy
from tenure.lake.engine import CannotCompute

log = structlog.get_logger(__name__)

TOUCHED_AT_ONCE = 20_000
_LOCK = 7_205_311


@transaction.atomic
def judge_touched(*, now: datetime) -> int:
    """Judge accounts that wait to be looked at again by all scorecards; returns how many were looked at."""
    one_at_a_time()
    end_overrides(now=now)
    waiting = Touched.objects.order_by("pk").values_list("pk", "account_id")
    claimed = list(waiting.select_for_update(skip_locked=True)[:TOUCHED_AT_ONCE])
    if claimed:
        Touched.objects.filter(pk__in=[pk for pk, _ in claimed]).delete()
        _refresh(list(live_scorecards()), now=now, ids=sorted({account for _, account in claimed}))
    return len(claimed)


def judge_now(account_id: int, *, now: datetime) -> None:
    """Judge one account at once because a member said something of it."""
    one_at_a_time()
    _refresh(list(live_scorecards()), now=now, ids=[account_id])


def touch(ids: Iterable[int]) -> None:
    """Have accounts judged again soon; costs nothing where there is no scorecard."""
    wanted = sorted({int(i) for i in ids if i})
    if not wanted or not Scorecard.objects.filter(archived_at=None).exists():
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO health_touched (workspace_id, account_id) SELECT %s, id FROM unnest(%s::bigint[]) AS id",
            [tenancy.current_workspace_id(), wanted],
        )


def end_overrides(*, now: datetime) -> None:
    """End overrides whose day has come, and have their accounts judged again."""
    over = Override.objects.filter(ended_at=None, ends_at__lte=now)
    accounts = list(over.values_list("account_id", flat=True))
    if accounts:
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE health_override SET ended_at = ends_at"
                " WHERE workspace_id = %s AND ended_at IS NULL AND ends_at <= %s",
                [tenancy.current_workspace_id(), now],
            )
        touch(accounts)


def _refresh(scorecards: Sequence[Scorecard], *, now: datetime, ids: Sequence[int]) -> None:
    judged = judge_by(scorecards, now=now, ids=ids)
    settling.settle(judged, {scorecard.pk: scorecard.name for scorecard in scorecards}, now=now, ids=ids)
    _note_judged_meanwhile({*ids, *(account for each in judged for account in each.ids.tolist())})


def _note_judged_meanwhile(ids: Iterable[int]) -> None:
    """While everybody is being judged, too: say of whom something younger is known by now."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO health_judgedmeanwhile (workspace_id, account_id)"
            " SELECT p.workspace_id, said FROM health_judgingpass p, unnest(%s::bigint[]) AS said"
            " WHERE p.workspace_id = %s AND p.began_at IS NOT NULL ON CONFLICT DO NOTHING",
            [sorted(ids), tenancy.current_workspace_id()],
        )


def judge_by(scorecards: Sequence[Scorecard], *, now: datetime, ids: Sequence[int] | None = None) -> list[Judged]:
    """Say what scorecards say of everybody (or of `ids`), noting which of them cannot; nothing else is written."""
    cards: list[tuple[Scorecard, Card]] = []
    for scorecard in scorecards:
        try:
            definition = stored_definition(scorecard.definition)
        except ScorecardWrong as wrong:
            _note(scorecard, f"The stored scorecard cannot be read: {wrong}")
            continue
        cards.append((scorecard, Card(id=scorecard.pk, version=scorecard.version, definition=definition)))
    judged = _judged(cards, now, ids)
    for scorecard, _ in cards:
        if scorecard.pk in {each.card.id for each in judged}:
            _note(scorecard, "")
    return judged


def _judged(cards: Sequence[tuple[Scorecard, Card]], now: datetime, ids: Sequence[int] | None) -> list[Judged]:
    if not cards:
        return []
    try:
        return judge_accounts([card for _, card in cards], now, ids)
    except CannotCompute as error:
        if len(cards) == 1:
            _note(cards[0][0], str(error))
            return []
        log.warning("one scorecard spoils the pass; judging by each alone", error=str(error)[:300])
        return [judged for each in cards for judged in _judged([each], now, ids)]


def _note(scorecard: Scorecard, error: str) -> None:
    """Keep why a scorecard cannot judge, or that it can again."""
    if scorecard.error != error:
        scorecard.error = error[:2_000]
        scorecard.save(update_fields=["error"])
        if error:
            log.warning("scorecard cannot judge", scorecard_id=scorecard.pk, error=error[:300])


def one_at_a_time() -> None:
    """Wait for whoever else is judging this workspace's accounts; held until the transaction ends.

    Whoever locks rows of scorecards or overrides too takes this first, so that two never wait for each other.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK, tenancy.current_workspace_id()])
