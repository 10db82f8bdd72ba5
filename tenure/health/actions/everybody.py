"""Judge everybody: read at once, written down a portion at a time, so that nobody has to wait for the whole."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TypeAlias

import numpy as np
from django.db import connection, transaction
from django.db.models import Q

from tenure.health.actions import settling
from tenure.health.actions.judging import end_overrides, judge_by, one_at_a_time
from tenure.health.models import HealthScore, JudgedMeanwhile, JudgingPass, Scorecard, Touched
from tenure.health.queries.judging import Judged
from tenure.health.queries.readings import Ids
from tenure.health.queries.scorecards import live_scorecards
from tenure.kernel import tenancy

AT_ONCE = 2_000
"""Accounts written down in one transaction; whoever judges one account waits for no more than that."""
_PASS = 7_205_312
Stamp: TypeAlias = tuple[tuple[int, int], ...]


def judge_everybody(*, now: datetime) -> int:
    """Judge every account by all scorecards; returns how many scores changed.

    Everything is read and scored while nobody is held up. It is then written down portion by portion; who was judged
    by themselves meanwhile is left as they are, for that is younger. When a scorecard is changed on the way, it stops:
    whoever changed it has asked for another one. One process at a time does it; another one finds nothing to do. Cut
    off in the middle, it leaves whole portions, and is asked for still.
    """
    with _alone() as alone:
        return _judge(now) if alone else 0


def ask_to_judge_everybody(*, now: datetime) -> None:
    """Have everybody judged in the background as soon as can be."""
    JudgingPass.objects.update_or_create(
        workspace_id=tenancy.current_workspace_id(), defaults={"asked_at": now, "accounts": 0, "done": 0}
    )


def _judge(now: datetime) -> int:
    cards, stamp, waiting = _begin(now)
    judged = judge_by(cards, now=now)
    ids = _whom(judged)
    names, changed = {card.pk: card.name for card in cards}, 0
    for begin in range(0, len(ids), AT_ONCE):
        portion, of = ids[begin : begin + AT_ONCE], (begin, len(ids))
        written = _write(judged, names, portion, stamp, now=now, of=of)
        if written is None:
            return changed
        changed += written
    _end(judged, stamp, waiting, now=now)
    return changed


@transaction.atomic
def _begin(now: datetime) -> tuple[Sequence[Scorecard], Stamp, list[int]]:
    """Say that everybody is being judged; returns by what, and what waits for that already."""
    one_at_a_time()
    end_overrides(now=now)
    JudgedMeanwhile.objects.all().delete()
    JudgingPass.objects.update_or_create(
        workspace_id=tenancy.current_workspace_id(), defaults={"began_at": now, "accounts": 0, "done": 0}
    )
    return list(live_scorecards()), _stamp(), list(Touched.objects.order_by().values_list("pk", flat=True))


@transaction.atomic
def _write(
    judged: Sequence[Judged], names: dict[int, str], portion: Ids, stamp: Stamp, *, now: datetime, of: tuple[int, int]
) -> int | None:
    """Write a portion down; None when the scorecards are not those any more by which it was judged."""
    one_at_a_time()
    if _stamp() != stamp:
        return None
    theirs = JudgedMeanwhile.objects.filter(account_id__in=portion.tolist()).values_list("account_id", flat=True)
    own = np.setdiff1d(portion, np.array(theirs, np.int64))
    ids = own.tolist()
    lost = _end_archived(ids, now=now)
    changed = settling.settle([each.among(own) for each in judged], names, now=now, ids=ids)
    if lost:
        others = HealthScore.objects.filter(account__in=lost, until=None, is_main=True)
        settling.take_traits_away(lost - set(others.values_list("account_id", flat=True)), now=now)
    done, accounts = of
    JudgingPass.objects.update(accounts=accounts, done=done + len(portion))
    return changed


@transaction.atomic
def _end(judged: Sequence[Judged], stamp: Stamp, waiting: list[int], *, now: datetime) -> None:
    one_at_a_time()
    if _stamp() != stamp:
        return
    Scorecard.objects.filter(pk__in=[each.card.id for each in judged]).update(judged_at=now)
    JudgingPass.objects.update(asked_at=None, began_at=None)
    Touched.objects.filter(pk__in=waiting).delete()
    JudgedMeanwhile.objects.all().delete()


def _whom(judged: Sequence[Judged]) -> Ids:
    """Return, sorted, whom scorecards judge, and of whom something is written that may have to end."""
    cards = [each.card.id for each in judged]
    written = HealthScore.objects.filter(Q(scorecard__in=cards) | ~Q(scorecard__archived_at=None), until=None)
    ids = np.array(written.order_by().values_list("account_id", flat=True).distinct(), np.int64)
    for each in judged:
        ids = np.union1d(ids, each.ids)
    return np.unique(ids)


def _end_archived(ids: Sequence[int], *, now: datetime) -> set[int]:
    """End what archived scorecards say of accounts; returns of whom one of them was the main one."""
    theirs = HealthScore.objects.filter(account__in=ids, until=None).exclude(scorecard__archived_at=None)
    lost = set(theirs.filter(is_main=True).values_list("account_id", flat=True))
    theirs.filter(since__gte=now).delete()
    theirs.update(until=now)
    return lost


def _stamp() -> Stamp:
    """Return which scorecards there are, in their order, and their versions."""
    return tuple(live_scorecards().values_list("pk", "version"))


@contextmanager
def _alone() -> Iterator[bool]:
    """Keep other processes from judging everybody; False where one does already."""
    key = [_PASS, tenancy.current_workspace_id()]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", key)
        (alone,) = cursor.fetchone() or (False,)
    try:
        yield bool(alone)
    finally:
        if alone and connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", key)
