"""One record for each touch: why it was, or was not, made."""

import dataclasses
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from tenure.journeys.announcements import TouchMade, TouchSkipped
from tenure.journeys.rules import Verdict
from tenure.journeys.types import Due, Outcome
from tenure.kernel import tenancy
from tenure.kernel.outbox import announce_all

_RECORD = """
    INSERT INTO journeys_decision
        (workspace_id, enrolment_id, journey_id, version_id, step, account_id, person_id, channel, outcome, reason,
         inputs, message_id, at, until, postponements)
    SELECT %s, d.enrolment_id, d.journey_id, d.version_id, d.step, d.account_id, d.person_id, d.channel, d.outcome,
           d.reason, d.inputs::jsonb, d.message_id, %s, d.until,
           CASE d.outcome WHEN 'postponed'
                THEN jsonb_build_array(jsonb_build_object('at', %s::text, 'reason', d.reason, 'until', d.until_text))
                ELSE '[]'::jsonb END
    FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::text[], %s::bigint[], %s::bigint[], %s::text[],
                %s::text[], %s::text[], %s::text[], %s::bigint[], %s::timestamptz[], %s::text[])
         AS d (enrolment_id, journey_id, version_id, step, account_id, person_id, channel, outcome, reason, inputs,
               message_id, until, until_text)
    ON CONFLICT (enrolment_id, step) DO UPDATE
    SET person_id = EXCLUDED.person_id, outcome = EXCLUDED.outcome, reason = EXCLUDED.reason, inputs = EXCLUDED.inputs,
        message_id = EXCLUDED.message_id, at = EXCLUDED.at, until = EXCLUDED.until,
        postponements = journeys_decision.postponements || EXCLUDED.postponements
    RETURNING id, enrolment_id
"""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Decided:
    """One touch, what was decided of it, and what the decision rested on."""

    due: Due
    verdict: Verdict
    person_id: int | None
    channel: str
    inputs: Mapping[str, Any]


def record_decisions(
    decided: Sequence[Decided], *, messages: Mapping[int, int], subjects: Mapping[int, str], now: datetime
) -> None:
    """Write decisions down and tell of those that are final; two statements, whatever the number.

    `messages` and `subjects` are by enrolment. A touch that was postponed before keeps its record and its history.
    """
    if not decided:
        return
    workspace_id = tenancy.current_workspace_id()
    until = [d.verdict.until for d in decided]
    with connection.cursor() as cursor:
        cursor.execute(
            _RECORD,
            [
                workspace_id,
                now,
                now.isoformat(),
                [d.due.enrolment_id for d in decided],
                [d.due.journey_id for d in decided],
                [d.due.version_id for d in decided],
                [d.due.step.id for d in decided],
                [d.due.account_id for d in decided],
                [d.person_id for d in decided],
                [d.channel for d in decided],
                [d.verdict.outcome.value for d in decided],
                [d.verdict.why.value for d in decided],
                [json.dumps(dict(d.inputs)) for d in decided],
                [messages.get(d.due.enrolment_id) for d in decided],
                until,
                [moment.isoformat() if moment else None for moment in until],
            ],
        )
        ids = {enrolment_id: pk for pk, enrolment_id in cursor.fetchall()}
    announce_all(
        _touch(d, workspace_id=workspace_id, now=now, pk=ids[d.due.enrolment_id], messages=messages, subjects=subjects)
        for d in decided
        if d.verdict.outcome != Outcome.POSTPONED
    )


def _touch(
    decided: Decided,
    *,
    workspace_id: int,
    now: datetime,
    pk: int,
    messages: Mapping[int, int],
    subjects: Mapping[int, str],
) -> TouchMade | TouchSkipped:
    due = decided.due
    if decided.verdict.outcome == Outcome.MADE:
        return TouchMade(
            workspace_id=workspace_id,
            at=now,
            account_id=due.account_id,
            person_id=decided.person_id,
            journey_id=due.journey_id,
            journey_name=due.journey_name,
            step_id=due.step.id,
            channel=decided.channel,
            subject=subjects.get(due.enrolment_id, ""),
            decision_id=pk,
            message_id=messages.get(due.enrolment_id),
        )
    return TouchSkipped(
        workspace_id=workspace_id,
        at=now,
        account_id=due.account_id,
        person_id=decided.person_id,
        journey_id=due.journey_id,
        journey_name=due.journey_name,
        step_id=due.step.id,
        channel=decided.channel,
        reason=decided.verdict.why.value,
        decision_id=pk,
    )
