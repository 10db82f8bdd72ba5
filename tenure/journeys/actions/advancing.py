"""Moving everybody whose step is due, a thousand at a time."""

import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

import structlog
from django.db import connection, transaction

from tenure.journeys import registry
from tenure.journeys.models import Enrolment, Journey
from tenure.journeys.queries.addressees import workspace_timezone
from tenure.journeys.queries.definitions import definitions_of
from tenure.journeys.queries.due import journeys_with_due
from tenure.journeys.rules import next_step, step_of, zone
from tenure.journeys.types import (
    Advance,
    Definition,
    Due,
    EnrolmentStatus,
    Leave,
    LeaveReason,
    Move,
    Stay,
    Subject,
)
from tenure.kernel import tenancy

log = structlog.get_logger(__name__)

AT_ONCE = 1_000
REST_SECONDS = 60.0
"""How long a journey whose steps failed is left alone by this process."""
_LOCK = 7_205_204
_rests_until: dict[int, float] = {}

_MOVE = """
    UPDATE journeys_enrolment AS e
    SET status = m.status, step = m.step, due_at = m.due_at, end_reason = m.end_reason,
        arrived_at = CASE WHEN m.step <> e.step THEN %s ELSE e.arrived_at END,
        ended_at = CASE WHEN m.status = 'live' THEN NULL ELSE %s END
    FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::timestamptz[], %s::text[])
         AS m (id, status, step, due_at, end_reason)
    WHERE e.id = m.id
"""


def advance_due(now: datetime) -> int:
    """Carry out every step that is due, journeys of higher priority first; returns how many enrolments moved."""
    moved = 0
    for workspace_id, journey_id in journeys_with_due(now):
        if time.monotonic() < _rests_until.get(journey_id, 0.0):
            continue
        with tenancy.scope(workspace_id):
            try:
                moved += advance_journey(journey_id, now)
                Journey.objects.filter(pk=journey_id).exclude(error="").update(error="")
            except Exception as error:  # one journey's trouble is not the others'
                log.exception("journey stands still", workspace_id=workspace_id, journey_id=journey_id)
                _rests_until[journey_id] = time.monotonic() + REST_SECONDS
                Journey.objects.filter(pk=journey_id).update(error=f"{type(error).__name__}: {error}"[:1_000])
    return moved


@transaction.atomic
def advance_journey(journey_id: int, now: datetime) -> int:
    """Carry out the due steps of one journey in one transaction with the enrolments' moves.

    Decisions, messages and moves stand or fall together, so a kill at any moment neither loses a touch nor makes it
    twice. One process at a time works in a workspace: the frequency cap counts what the others decide.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [_LOCK, tenancy.current_workspace_id()])
        (free,) = cursor.fetchone() or (False,)
    if not free:
        return 0
    claimed = list(
        Enrolment.objects.filter(
            journey_id=journey_id, journey__status="live", status=EnrolmentStatus.LIVE.value, due_at__lte=now
        )
        .select_related("journey", "account", "person")
        .defer("account__traits", "account__trait_times", "person__traits", "person__trait_times")
        .select_for_update(skip_locked=True, of=("self",))
        .order_by("due_at", "pk")[:AT_ONCE]
    )
    definitions = definitions_of({e.version_id for e in claimed})
    standing: dict[tuple[int, str], list[Due]] = defaultdict(list)
    for enrolment in claimed:
        standing[enrolment.version_id, enrolment.step].append(_due(enrolment, *definitions[enrolment.version_id]))
    moves: dict[int, Move] = {}
    for (version_id, step_id), due in standing.items():
        found = step_of(definitions[version_id][1], step_id)
        if found is None:
            moves |= {d.enrolment_id: Leave(reason=LeaveReason.EXIT_STEP) for d in due}
        else:
            moves |= registry.step(found.kind).carry_out(due, now=now)
    _apply(claimed, moves, definitions, now=now)
    return len(claimed)


def _due(enrolment: Enrolment, number: int, definition: Definition) -> Due:
    step = step_of(definition, enrolment.step)
    journey, account = enrolment.journey, enrolment.account
    return Due(
        enrolment_id=enrolment.pk,
        journey_id=journey.pk,
        journey_name=journey.name,
        version_id=enrolment.version_id,
        version=number,
        definition=definition,
        step=step or definition.steps[-1],
        subject=Subject(journey.subject),
        account_id=enrolment.account_id,
        person_id=enrolment.person_id,
        account_churned=bool(account and account.churned_at is not None),
        entered_at=enrolment.entered_at,
        arrived_at=enrolment.arrived_at,
        due_at=enrolment.due_at or enrolment.arrived_at,
        touches_from=journey.touches_from,
    )


def _apply(
    enrolments: Sequence[Enrolment],
    moves: Mapping[int, Move],
    definitions: Mapping[int, tuple[int, Definition]],
    *,
    now: datetime,
) -> None:
    """Move everybody with one statement."""
    default_tz = workspace_timezone()
    rows: list[tuple[int, str, str, datetime | None, str]] = []
    for enrolment in enrolments:
        definition = definitions[enrolment.version_id][1]
        tz = zone(enrolment.person.timezone if enrolment.person else "", default_tz)
        match moves.get(enrolment.pk, Advance()):
            case Stay(until=until):
                rows.append((enrolment.pk, EnrolmentStatus.LIVE.value, enrolment.step, until, ""))
            case Leave(reason=reason):
                rows.append((enrolment.pk, EnrolmentStatus.LEFT.value, enrolment.step, None, reason.value))
            case Advance():
                following = next_step(definition, enrolment.step)
                if following is None:
                    rows.append((enrolment.pk, EnrolmentStatus.FINISHED.value, enrolment.step, None, ""))
                else:
                    due_at = registry.step(following.kind).due_at(following.settings, arrived_at=now, tz=tz)
                    rows.append((enrolment.pk, EnrolmentStatus.LIVE.value, following.id, due_at, ""))
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(_MOVE, [now, now, *(list(column) for column in zip(*rows, strict=True))])
