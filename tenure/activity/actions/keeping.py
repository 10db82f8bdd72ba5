"""Keeps what a pass found: what is said of each account, and how odd each day was."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from django.db import connection

from tenure.activity import rules
from tenure.activity.models import DayFactors, UseStanding
from tenure.activity.queries.use import days_up_to
from tenure.activity.rules import TERMS
from tenure.activity.types import UsageFrame
from tenure.kernel import tenancy
from tenure.stats.decline import Judged, Verdict
from tenure.stats.usage import Series

_KEEP_STANDINGS = """
    INSERT INTO activity_usestanding
        (workspace_id, account_id, judged_on, verdict, expected, actual, since, time_zone, usual)
    SELECT %s, said.account_id, %s, said.verdict, said.expected, said.actual, said.since, said.time_zone,
           said.usual::jsonb
    FROM unnest(%s::bigint[], %s::text[], %s::float8[], %s::float8[], %s::date[], %s::text[], %s::text[])
         AS said (account_id, verdict, expected, actual, since, time_zone, usual)
    ON CONFLICT (account_id) DO UPDATE
    SET judged_on = EXCLUDED.judged_on, verdict = EXCLUDED.verdict, expected = EXCLUDED.expected,
        actual = EXCLUDED.actual, since = EXCLUDED.since, time_zone = EXCLUDED.time_zone, usual = EXCLUDED.usual
"""
_AT_ONCE = 20_000


def keep_standings(
    frame: UsageFrame, judged: Judged, verdicts: Sequence[Verdict], evidence: Mapping[int, Mapping[str, Any]]
) -> None:
    """Write down what is said of each account; what was said of those not looked at any more goes."""
    unknown = {Verdict.TOO_LITTLE_HISTORY, Verdict.TOO_LITTLE_USE}
    expected, actual = judged.expected_people.round(1).tolist(), judged.actual_people.tolist()
    for begin in range(0, len(verdicts), _AT_ONCE):
        rows: list[tuple[Any, ...]] = []
        for row in range(begin, min(begin + _AT_ONCE, len(verdicts))):
            said = (frame.account_ids[row], verdicts[row].value)
            kept: tuple[float | None, float | None, str | None, str | None] = (None, None, None, None)
            if row in evidence:
                found = evidence[row]
                kept = (float(found["expected"]), float(found["actual"]), found["since"], json.dumps(found["usual"]))
            elif verdicts[row] not in unknown:
                kept = (expected[row], actual[row], None, json.dumps(rules.usual_as_json(judged.usual, row)))
            rows.append((*said, *kept[:3], frame.time_zones[row], kept[3]))
        with connection.cursor() as cursor:
            columns = [list(column) for column in zip(*rows, strict=True)]
            cursor.execute(_KEEP_STANDINGS, [tenancy.current_workspace_id(), frame.as_of, *columns])
    # Churned, merged, or silent for longer than we look back: nothing is said of them any more.
    UseStanding.objects.filter(judged_on__lt=frame.as_of).delete()


def keep_day_factors(frame: UsageFrame, judged: Judged) -> None:
    """Keep how busy everybody was, for the charts."""
    _numbers, zones = rules.zone_numbers(frame.time_zones)
    kept = {
        series: np.vstack([each.common, each.by_group]).round(4).tolist() for series, each in judged.rhythms.items()
    }
    DayFactors.objects.bulk_create(
        [
            DayFactors(
                time_zone=zone,
                first_day=days_up_to(frame.as_of, TERMS.days)[0],
                people=kept[Series.PEOPLE][n],
                events=kept[Series.EVENTS][n],
                minutes=kept[Series.MINUTES][n] if Series.MINUTES in kept else None,
            )
            for n, zone in enumerate(["", *zones])
        ],
        update_conflicts=True,
        unique_fields=["workspace", "time_zone"],
        update_fields=["first_day", "people", "events", "minutes"],
    )
