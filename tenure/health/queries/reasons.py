"""Why a score changed between two moments."""

from datetime import datetime

from django.db.models import Q, QuerySet

from tenure.health.errors import NotJudged
from tenure.health.models import HealthScore
from tenure.health.queries.scorecards import definitions_of
from tenure.health.queries.scores import row_of, score_at
from tenure.health.rules.explaining import Look, difference
from tenure.health.types.answers import Change


def why_changed(account_id: int, scorecard_id: int, since: datetime, until: datetime) -> Change:
    """Take the difference between what was said at two moments apart; raises `NotJudged`.

    Where the scorecard was changed in between, the last look by each version and the first by the next stand between.
    """
    lines = HealthScore.objects.filter(account=account_id, scorecard=scorecard_id).order_by("since", "pk")
    after, before = _at(lines, until), _at(lines, since)
    definitions = definitions_of([scorecard_id])
    if after is None or (scorecard_id, after.version) not in definitions:
        raise NotJudged
    definition = definitions[scorecard_id, after.version]
    if before is None or (scorecard_id, before.version) not in definitions:
        return Change(before=None, after=score_at(after, definitions), difference=None, definition=definition)
    looked_at = [before, *_changeovers(lines, before, after), after]
    looks = [
        Look(version=row.version, definition=definitions[scorecard_id, row.version], row=row_of(row, known))
        for row in looked_at
        if (known := definitions.get((scorecard_id, row.version))) is not None
    ]
    return Change(
        before=score_at(before, definitions),
        after=score_at(after, definitions),
        difference=difference(looks),
        definition=definition,
    )


def _at(lines: QuerySet[HealthScore], at: datetime) -> HealthScore | None:
    return lines.filter(Q(until=None) | Q(until__gt=at), since__lte=at).last()


def _changeovers(lines: QuerySet[HealthScore], before: HealthScore, after: HealthScore) -> list[HealthScore]:
    """Return the lines at which another version took over, the last by the old beside the first by the new."""
    if before.version == after.version:
        return []
    found: list[HealthScore] = []
    last = before
    for row in lines.filter(since__gt=before.since, since__lte=after.since):
        if row.version != last.version:
            found += [last, row]
        last = row
    return found
