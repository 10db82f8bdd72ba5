"""Scorecards: what they say, their versions and text, and what a change would do."""

from datetime import datetime
from typing import Any

from django.db import transaction
from ninja import Router, Schema, Status
from ninja.params.functions import Query

from tenure.api.callers import acting_member
from tenure.api.calls import ApiCall
from tenure.api.fields import Id, Text, said
from tenure.api.keys import Key
from tenure.api.listing import lists
from tenure.api.paging import CURSOR, LIMIT, page_of_few, reachable
from tenure.health import actions, queries
from tenure.health.types.answers import ScorecardSummary
from tenure.workspaces.types import ApiScope

router = Router(tags=["health"])

DEFINITION = {
    "minimum_coverage": 50,
    "measures": [
        {
            "measure": "People active",
            "weight": 60,
            "reads": {"use": "active_people", "days": 28},
            "scores": {"linear": [0, 12]},
        },
        {"measure": "Last seen", "weight": 40, "reads": {"last_seen": True}, "scores": {"linear": [30, 0]}},
    ],
}
DEFINITION_WORDS = "Measures in groups with weights, bands, exceptions: the plain form that docs/health.md describes."


class ScorecardOut(Schema):
    """One scorecard."""

    id: int = said("Which scorecard.")
    name: str = said("What it is called.", "Enterprise health")
    description: str = said("What it is for.", "For the weekly review.")
    position: int = said("Of those that apply to an account, the lowest is its main one.", 1)
    definition: Any = said(f"{DEFINITION_WORDS} Null when it cannot be read any more.", DEFINITION)
    version: int = said("How often its definition was changed, plus one.", 1)
    created_at: datetime = said("When it was defined.")
    changed_at: datetime = said("When it was changed last.")
    judged_at: datetime | None = said("When it judged everybody last.")
    archived_at: datetime | None = said("Since when it is out of use.")
    error: str = said("Why it cannot judge; empty when it can.", "")


class ScorecardIn(Schema):
    """A new scorecard."""

    name: Text = said(
        "What it is called; no two in use are called the same.", "Enterprise", min_length=1, max_length=120
    )
    description: Text = said("What it is for.", "", max_length=500, default="")
    definition: dict[str, Any] = said(DEFINITION_WORDS, DEFINITION)


class ScorecardChangesIn(Schema):
    """What is to be different; what is left out stays."""

    name: Text | None = said("What it is called.", "Enterprise", min_length=1, max_length=120, default=None)
    description: Text | None = said("What it is for.", "", max_length=500, default=None)
    definition: dict[str, Any] | None = said(DEFINITION_WORDS, DEFINITION, default=None)


class ScorecardVersionOut(Schema):
    """What a scorecard said from some moment on."""

    number: int = said("Which version.", 2)
    definition: Any = said("Its plain form; null when it cannot be read any more.", DEFINITION)
    at: datetime = said("From when on.")
    by: str = said("Who changed it; empty for Tenure itself.", "Ada Park")


class ScorecardTextOut(Schema):
    """A scorecard as text."""

    text: str = said("YAML that can be compared and put back; empty when it cannot be read.", "name: Enterprise\n")


class ScorecardTryIn(Schema):
    """A scorecard to try out; nothing is saved."""

    definition: dict[str, Any] = said(DEFINITION_WORDS, DEFINITION)
    against: Id | None = said("A scorecard to compare with.", 2, default=None)


class BandCountOut(Schema):
    """How many accounts are in a band."""

    band: str = said("The band's name; empty for those of which not enough is known.", "Good")
    least: int | None = said("From which score on; null where there is none.", 75)
    accounts: int = said("How many accounts.", 120)


class MovedOut(Schema):
    """How many accounts would go from one band to another."""

    before: str = said("The band they are in; empty: not enough is known.", "Good")
    after: str = said("The band they would be in.", "Fair")
    accounts: int = said("How many.", 7)


class ScorecardPreviewOut(Schema):
    """What a scorecard would say."""

    accounts: int = said("How many accounts it would judge.", 412)
    mean: float | None = said("The mean of the known scores.", 61.5)
    bands: list[BandCountOut] = said("How they would be spread.")
    moved: list[MovedOut] = said("Whose band would change against the other scorecard.")
    staying: int = said("Whose band would stay.", 390)


@lists(router, "", ScorecardOut, summary="List scorecards")
def list_scorecards(
    request: ApiCall,
    archived: bool = Query(False, description="Those taken out of use, instead of those in use."),
    cursor: str = CURSOR,
    limit: int = LIMIT,
) -> Any:
    """List the scorecards in the order in which they are the main one."""
    found = queries.archived_scorecards() if archived else queries.scorecards()
    return page_of_few(found, cursor, limit, _shown)


@router.post("", response={201: ScorecardOut}, summary="Define a scorecard")
@transaction.atomic
def define_scorecard(request: ApiCall, given: ScorecardIn) -> Any:
    """Define a scorecard; everybody is judged by it in the background. A wrong one is refused with the place."""
    made = actions.define_scorecard(
        given.name, definition=given.definition, description=given.description, by=acting_member(request)
    )
    return Status(201, _shown(queries.scorecard(made.pk)))


@router.post("/preview", response=ScorecardPreviewOut, summary="Try a scorecard out", auth=Key(ApiScope.READ))
def preview_scorecard(request: ApiCall, given: ScorecardTryIn) -> Any:
    """Say how scores would be spread and whose band would change; nothing is saved."""
    against = queries.scorecard(given.against).id if given.against else None
    seen = queries.preview(queries.read_definition(given.definition), against=against)
    bands = [
        {
            "band": each.band.name if each.band else "",
            "least": each.band.least if each.band else None,
            "accounts": each.accounts,
        }
        for each in seen.spread.bands
    ]
    moved = [{"before": m.before, "after": m.after, "accounts": m.accounts} for m in seen.moved]
    spread = seen.spread
    return {
        "accounts": spread.accounts, "mean": spread.mean, "bands": bands, "moved": moved, "staying": seen.staying,
    }  # fmt: skip


@router.get("/{int:scorecard_id}", response=ScorecardOut, summary="One scorecard")
def read_scorecard(request: ApiCall, scorecard_id: int) -> Any:
    """Return one scorecard with its definition."""
    return _shown(queries.scorecard(reachable(scorecard_id)))


@router.patch("/{int:scorecard_id}", response=ScorecardOut, summary="Change a scorecard")
@transaction.atomic
def change_scorecard(request: ApiCall, scorecard_id: int, given: ScorecardChangesIn) -> Any:
    """Change what is given; a changed definition is a new version, by which everybody is judged in the background."""
    changed = actions.change_scorecard(
        reachable(scorecard_id),
        by=acting_member(request),
        name=given.name,
        description=given.description,
        definition=given.definition,
    )
    return _shown(queries.scorecard(changed.pk))


@lists(router, "/{int:scorecard_id}/versions", ScorecardVersionOut, summary="What a scorecard said over time")
def list_scorecard_versions(request: ApiCall, scorecard_id: int, cursor: str = CURSOR, limit: int = LIMIT) -> Any:
    """List its versions, the latest first."""
    found = queries.versions(queries.scorecard(reachable(scorecard_id)).id)

    def show(version: Any) -> dict[str, Any]:
        definition = queries.plain_form(version.definition) if version.definition else None
        return {"number": version.number, "definition": definition, "at": version.at, "by": version.by}

    return page_of_few(found, cursor, limit, show)


@router.get("/{int:scorecard_id}/text", response=ScorecardTextOut, summary="A scorecard as text")
def read_scorecard_text(request: ApiCall, scorecard_id: int) -> Any:
    """Return it as YAML."""
    return {"text": queries.text_form(reachable(scorecard_id))}


@router.post("/{int:scorecard_id}/archive", response=ScorecardOut, summary="Take a scorecard out of use")
def archive_scorecard(request: ApiCall, scorecard_id: int) -> Any:
    """Take it out of use: it judges nobody any more."""
    return _shown(queries.scorecard(actions.archive_scorecard(reachable(scorecard_id), by=acting_member(request)).pk))


@router.post("/{int:scorecard_id}/restore", response=ScorecardOut, summary="Take a scorecard back into use")
def restore_scorecard(request: ApiCall, scorecard_id: int) -> Any:
    """Take an archived scorecard back into use."""
    return _shown(queries.scorecard(actions.restore_scorecard(reachable(scorecard_id), by=acting_member(request)).pk))


@router.post("/{int:scorecard_id}/first", response=ScorecardOut, summary="Make a scorecard the main one")
def put_scorecard_first(request: ApiCall, scorecard_id: int) -> Any:
    """Make it the main one of every account it applies to."""
    done = actions.put_scorecard_first(reachable(scorecard_id), by=acting_member(request))
    return _shown(queries.scorecard(done.pk))


def _shown(found: ScorecardSummary) -> dict[str, Any]:
    fields = (
        "id", "name", "description", "position", "version", "created_at", "changed_at", "judged_at", "archived_at",
        "error",
    )  # fmt: skip
    definition = queries.plain_form(found.definition) if found.definition else None
    return {"definition": definition, **{field: getattr(found, field) for field in fields}}
