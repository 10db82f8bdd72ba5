"""Define and change scorecards; every version is kept."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db import transaction

from tenure.health.actions.everybody import ask_to_judge_everybody
from tenure.health.actions.judging import one_at_a_time
from tenure.health.errors import (
    ScorecardArchived,
    ScorecardMissing,
    ScorecardNameMissing,
    ScorecardNameTaken,
    TooManyScorecards,
)
from tenure.health.models import Scorecard, ScorecardVersion
from tenure.health.queries.reading import read_definition, to_store
from tenure.health.rules.suggesting import SUGGESTED
from tenure.health.types.scorecards import Definition
from tenure.kernel import clock
from tenure.workspaces import actions as workspaces

if TYPE_CHECKING:
    from tenure.workspaces.models import Member

MOST = 20
Given = Definition | Mapping[str, Any]
"""A scorecard, or its plain form."""


@transaction.atomic
def define_scorecard(name: str, *, definition: Given, by: "Member | None" = None, description: str = "") -> Scorecard:
    """Make a scorecard; raises `ScorecardWrong`, `ScorecardNameTaken`, `TooManyScorecards`.

    Everybody is judged by it in the background at once. It comes after those there are, so that it is the main one of
    accounts that no other applies to.
    """
    now = clock.now()
    plain = _plain(definition)
    one_at_a_time()
    in_use = Scorecard.objects.filter(archived_at=None)
    if in_use.count() >= MOST:
        raise TooManyScorecards
    last = Scorecard.objects.order_by("-position").first()
    made = Scorecard.objects.create(
        name=_free_name(name),
        description=_kept(description),
        position=last.position + 1 if last else 1,
        definition=plain,
        created_by=by,
        created_at=now,
        changed_at=now,
    )
    ScorecardVersion.objects.create(scorecard=made, number=1, definition=plain, at=now, by=by)
    workspaces.record_audit("health.define_scorecard", by=by, subject=made.name)
    ask_to_judge_everybody(now=now)
    return made


def define_suggested_scorecard(*, by: "Member | None" = None) -> Scorecard:
    """Make the scorecard Tenure suggests to begin with."""
    return define_scorecard(SUGGESTED.name, definition=SUGGESTED.definition, description=SUGGESTED.description, by=by)


@transaction.atomic
def change_scorecard(
    scorecard_id: int,
    *,
    by: "Member | None",
    name: str | None = None,
    description: str | None = None,
    definition: Given | None = None,
) -> Scorecard:
    """Change what is given and leave the rest; a changed definition is a new version, by which all are judged soon."""
    scorecard = _locked(scorecard_id)
    if scorecard.archived_at:
        raise ScorecardArchived
    now = clock.now()
    before: dict[str, Any] = {"name": scorecard.name, "description": scorecard.description}
    if name is not None:
        scorecard.name = _free_name(name, besides=scorecard.pk)
    if description is not None:
        scorecard.description = _kept(description)
    plain = None if definition is None else _plain(definition)
    is_new_version = plain is not None and plain != scorecard.definition
    after: dict[str, Any] = {"name": scorecard.name, "description": scorecard.description}
    if not is_new_version and after == before:
        return scorecard
    if plain is not None and is_new_version:
        before["version"] = scorecard.version
        scorecard.definition = plain
        scorecard.version += 1
        scorecard.error = ""
        after["version"] = scorecard.version
        ScorecardVersion.objects.create(scorecard=scorecard, number=scorecard.version, definition=plain, at=now, by=by)
    scorecard.changed_at = now
    scorecard.save()
    changed = {key: value for key, value in after.items() if value != before.get(key)}
    details = {"before": {key: before.get(key) for key in changed}, "after": changed}
    workspaces.record_audit("health.change_scorecard", by=by, subject=scorecard.name, details=details)
    if is_new_version:
        ask_to_judge_everybody(now=now)
    return scorecard


@transaction.atomic
def archive_scorecard(scorecard_id: int, *, by: "Member | None") -> Scorecard:
    """Take a scorecard out of use: it judges nobody any more; what it said ends, and stays readable."""
    scorecard = _locked(scorecard_id)
    if scorecard.archived_at is None:
        now = clock.now()
        scorecard.archived_at = now
        scorecard.save(update_fields=["archived_at"])
        workspaces.record_audit("health.archive_scorecard", by=by, subject=scorecard.name)
        ask_to_judge_everybody(now=now)
    return scorecard


@transaction.atomic
def restore_scorecard(scorecard_id: int, *, by: "Member | None") -> Scorecard:
    """Take an archived scorecard back into use; raises `ScorecardNameTaken` where its name has been given away."""
    scorecard = _locked(scorecard_id)
    if scorecard.archived_at is not None:
        _free_name(scorecard.name, besides=scorecard.pk)
        if Scorecard.objects.filter(archived_at=None).count() >= MOST:
            raise TooManyScorecards
        scorecard.archived_at = None
        scorecard.save(update_fields=["archived_at"])
        workspaces.record_audit("health.restore_scorecard", by=by, subject=scorecard.name)
        ask_to_judge_everybody(now=clock.now())
    return scorecard


@transaction.atomic
def put_scorecard_first(scorecard_id: int, *, by: "Member | None") -> Scorecard:
    """Make a scorecard the main one of every account it applies to."""
    scorecard = _locked(scorecard_id)
    if scorecard.archived_at:
        raise ScorecardArchived
    others = list(Scorecard.objects.select_for_update().exclude(pk=scorecard.pk).order_by("position", "pk"))
    for position, each in enumerate([scorecard, *others], 1):
        if each.position != position:
            each.position = position
            each.save(update_fields=["position"])
    workspaces.record_audit("health.put_scorecard_first", by=by, subject=scorecard.name)
    ask_to_judge_everybody(now=clock.now())
    return scorecard


def _plain(definition: Given) -> str:
    return to_store(definition if isinstance(definition, Definition) else read_definition(definition))


def _kept(description: str) -> str:
    return "".join(c for c in description if c != "\x00" and not "\ud800" <= c <= "\udfff").strip()[:500]


def _free_name(name: str, *, besides: int | None = None) -> str:
    name = " ".join(name.split())
    if not name or len(name) > 120 or name != _kept(name):
        raise ScorecardNameMissing
    if Scorecard.objects.filter(name=name, archived_at=None).exclude(pk=besides or 0).exists():
        raise ScorecardNameTaken
    return name


def _locked(scorecard_id: int) -> Scorecard:
    one_at_a_time()
    scorecard = Scorecard.objects.select_for_update().filter(pk=scorecard_id).first()
    if scorecard is None:
        raise ScorecardMissing
    return scorecard
