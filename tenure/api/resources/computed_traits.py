"""Computed traits: what a workspace makes of use and of people."""

from datetime import datetime
from typing import Any, Literal

from ninja import Router, Schema, Status

from tenure.api.callers import acting_member
from tenure.api.calls import ApiCall
from tenure.api.fields import Text, said
from tenure.api.listing import lists
from tenure.api.paging import CURSOR, LIMIT, page_of_few, reachable
from tenure.computed_traits import actions, queries
from tenure.computed_traits.types import Formula, Measure

router = Router(tags=["identity"])


class FormulaOut(Schema):
    """How it is computed."""

    basis: Literal["use", "people"] = said("Of what people do, or of an account's people.", "use")
    measure: Measure = said("What is made of it.", "count")
    event: Text = said("Only events of this name; empty for any.", "Report exported", default="", max_length=255)
    what: Text = said("The property of use, or the trait of people, that is summed.", "", default="", max_length=255)
    days: int | None = said("Within so many days; null for ever.", 30, default=None, ge=1, le=1_000)
    where: Text = said("Of people: the trait (or role) that narrows them.", "role", default="", max_length=255)
    equals: Text = said("Of people: what it has to be.", "administrator", default="", max_length=255)


class ComputedTraitOut(Schema):
    """One computed trait."""

    id: int = said("Which one.")
    subject: str = said("account or person.", "account")
    name: str = said("The trait it becomes.", "exports in 30 days")
    formula: FormulaOut = said("How it is computed.")
    computed_at: datetime | None = said("When it was computed last; null before the first time.")
    known: int = said("Of how many accounts or people it is known.", 212)
    took_ms: int = said("How long it took.", 40)
    error: str = said("Why it could not be computed; empty when it could.", "")


class ComputedTraitIn(Schema):
    """A new computed trait."""

    subject: Literal["account", "person"] = said("Of accounts or of people.", "account")
    name: Text = said("The trait it becomes.", "exports in 30 days", min_length=1, max_length=200)
    formula: FormulaOut = said("How it is computed.", {"basis": "use", "measure": "count", "days": 30})


def _shown(found: Any) -> dict[str, Any]:
    fields = ("subject", "name", "formula", "computed_at", "known", "took_ms", "error")
    return {"id": found.pk, **{field: getattr(found, field) for field in fields}}


@lists(router, "", ComputedTraitOut, summary="List computed traits")
def list_computed_traits(request: ApiCall, cursor: str = CURSOR, limit: int = LIMIT) -> Any:
    """List what is computed."""
    return page_of_few(queries.computed_traits(), cursor, limit, _shown)


@router.post("", response={201: ComputedTraitOut}, summary="Define a computed trait")
def define_computed_trait(request: ApiCall, given: ComputedTraitIn) -> Any:
    """Have a trait computed from now on; its first values come within the minute."""
    formula = Formula(**given.formula.model_dump())
    made = actions.define_computed_trait(given.subject, given.name, formula, by=acting_member(request))
    return Status(201, _shown(made))


@router.delete("/{int:computed_trait_id}", response={204: None}, summary="Remove a computed trait")
def remove_computed_trait(request: ApiCall, computed_trait_id: int) -> Any:
    """Compute it no more, and take its values away."""
    actions.remove_computed_trait(reachable(computed_trait_id), by=acting_member(request))
    return Status(204, None)
