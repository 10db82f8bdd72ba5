"""Which scorecards there are, and how they came to be."""

from collections.abc import Sequence

from django.db.models import QuerySet

from tenure.health.errors import ScorecardMissing, ScorecardWrong
from tenure.health.models import Scorecard, ScorecardVersion
from tenure.health.queries.reading import WrittenScorecard, conditions_of, stored_definition, written_text
from tenure.health.types import HEALTH_GRADE, HEALTH_SCORE
from tenure.health.types.answers import ScorecardSummary, VersionItem
from tenure.health.types.scorecards import Definition
from tenure.segments.registry import Decided


def live_scorecards() -> QuerySet[Scorecard]:
    """Return the scorecards in use; the first that applies to an account is its main one."""
    return Scorecard.objects.filter(archived_at=None).order_by("position", "pk")


def scorecards() -> Sequence[ScorecardSummary]:
    """Return the scorecards in use, in the order in which they are the main one."""
    return [_summary(each) for each in live_scorecards()]


def archived_scorecards() -> Sequence[ScorecardSummary]:
    """Return the scorecards taken out of use, by name."""
    return [_summary(each) for each in Scorecard.objects.exclude(archived_at=None).order_by("name", "pk")]


def scorecard(scorecard_id: int) -> ScorecardSummary:
    """Return one scorecard, in use or not; raises `ScorecardMissing`."""
    found = Scorecard.objects.filter(pk=scorecard_id).first()
    if found is None:
        raise ScorecardMissing
    return _summary(found)


def versions(scorecard_id: int) -> Sequence[VersionItem]:
    """Return what a scorecard said from time to time, the latest first."""
    found = ScorecardVersion.objects.filter(scorecard=scorecard_id).select_related("by", "scorecard")
    return [
        VersionItem(
            number=v.number,
            definition=definition_or_none(v.definition),
            text=_text(v.scorecard, definition_or_none(v.definition)),
            at=v.at,
            by=v.by.name if v.by else "",
        )
        for v in found.order_by("-number")
    ]


def definitions_of(scorecard_ids: Sequence[int]) -> dict[tuple[int, int], Definition]:
    """Return every version of scorecards by scorecard and number; what cannot be read any more is left out."""
    found = ScorecardVersion.objects.filter(scorecard__in=scorecard_ids)
    read = {(v.scorecard_id, v.number): definition_or_none(v.definition) for v in found}
    return {key: definition for key, definition in read.items() if definition is not None}


def text_form(scorecard_id: int) -> str:
    """Return a scorecard as YAML, empty when what is stored cannot be read any more."""
    found = Scorecard.objects.filter(pk=scorecard_id).first()
    if found is None:
        raise ScorecardMissing
    return _text(found, definition_or_none(found.definition))


def definition_or_none(stored: str) -> Definition | None:
    """Read what is stored, or None where it cannot be read."""
    try:
        return stored_definition(stored)
    except ScorecardWrong:
        return None


def decided_traits() -> list[Decided]:
    """Return the traits that scorecards in use decide, by whom they are for and their exceptions."""
    stored = Scorecard.objects.filter(archived_at=None).order_by("pk").values_list("definition", flat=True)
    read = (definition_or_none(each) for each in stored)
    conditions = tuple(condition for each in read if each is not None for condition in conditions_of(each))
    return [Decided(trait, conditions) for trait in (HEALTH_SCORE, HEALTH_GRADE)]


def _text(found: Scorecard, definition: Definition | None) -> str:
    if definition is None:
        return ""
    return written_text(WrittenScorecard(name=found.name, description=found.description, definition=definition))


def _summary(found: Scorecard) -> ScorecardSummary:
    return ScorecardSummary(
        id=found.pk,
        name=found.name,
        description=found.description,
        position=found.position,
        definition=definition_or_none(found.definition),
        version=found.version,
        created_at=found.created_at,
        changed_at=found.changed_at,
        judged_at=found.judged_at,
        archived_at=found.archived_at,
        error=found.error,
    )
