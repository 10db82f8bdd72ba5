"""Traits: one fact with its sources and history, said by a program; and what a workspace wants of each trait."""

from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from ninja import Router, Schema
from ninja.params.functions import Query

from tenure.api.callers import acting_member
from tenure.api.calls import ApiCall
from tenure.api.fields import LARGEST_ID, Text, said
from tenure.api.listing import lists
from tenure.api.paging import CURSOR, LIMIT, page_of_few
from tenure.customers import actions, queries
from tenure.customers.types import TraitType

router = Router(tags=["identity"])
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_KIND = Query("account", description="Of accounts or of people.")


class TraitRuleOut(Schema):
    """What the workspace wants of one trait."""

    kind: str = said("account or person.", "account")
    name: str = said("Which trait.", "plan")
    type: str = said("text, number, boolean, date or list; empty for any.", "text")
    sources: list[str] = said("Whose word goes first, the first before the second.", ["stripe", "csv"])
    is_settling: bool = said("Whether it is still being applied to what was said before.", False)


class TraitRuleIn(Schema):
    """A rule about one trait."""

    kind: Literal["account", "person"] = said("Of accounts or of people.", "account")
    name: Text = said("Which trait.", "plan", min_length=1, max_length=255)
    type: TraitType | None = said("What its values are meant to be; null for any.", "text", default=None)
    sources: list[Text] = said("Whose word goes first.", ["stripe"], default=[], max_length=20)


class WordOut(Schema):
    """What one source says."""

    value: Any = said("The value; null when the source took it away.", "pro")
    source: str = said("Who said it.", "stripe evt_1")
    at: datetime = said("When it was said last.")
    counts: bool = said("Whether it is the one believed.", True)
    is_pinned: bool = said("Whether a member pinned it.", False)


class ChangeOut(Schema):
    """What was said once."""

    value: Any = said("The value; null when it was taken away.", "pro")
    source: str = said("Who said it.", "sdk")
    at: datetime = said("As of when.")


class FactOut(Schema):
    """One fact."""

    name: str = said("Which trait.", "plan")
    value: Any = said("What is believed now; null when it is not known.", "pro")
    words: list[WordOut] = said("What each source says, where sources contend.", [])
    history: list[ChangeOut] = said("What was said, the latest first.", [])


class FactIn(Schema):
    """A fact said by a member's key."""

    kind: Literal["account", "person"] = said("What it is a fact about.", "account")
    id: int = said("Of whom.", 7, ge=1, le=LARGEST_ID)
    name: Text = said("Which trait.", "plan", min_length=1, max_length=255)
    value: Any = said("The value; null takes it away, or lets go of a pinned one.", "enterprise", default=None)
    pin: bool = said("Keep it whatever other sources say.", False, default=False)


@lists(router, "/rules", TraitRuleOut, summary="List the rules about traits")
def list_rules(
    request: ApiCall, kind: Literal["account", "person"] = _KIND, cursor: str = CURSOR, limit: int = LIMIT
) -> Any:
    """List what the workspace wants of traits."""
    rules = sorted(queries.trait_rules(kind).values(), key=lambda r: r.name)
    return page_of_few(rules, cursor, limit, _rule)


@router.put("/rules", response=TraitRuleOut, summary="Say the type and sources of a trait")
def set_rule(request: ApiCall, given: TraitRuleIn) -> Any:
    """Say of what type a trait is and whose word counts first; what was said before is weighed again."""
    by = acting_member(request)
    return _rule(actions.set_trait_rule(given.kind, given.name, value_type=given.type, sources=given.sources, by=by))


def _rule(rule: Any) -> dict[str, Any]:
    return {
        "kind": rule.kind,
        "name": rule.name,
        "type": rule.type,
        "sources": rule.sources,
        "is_settling": rule.settled_to is not None,
    }


@router.get("/fact", response=FactOut, summary="One fact with its sources and history")
def read_fact(
    request: ApiCall,
    id: int = Query(..., ge=1, le=LARGEST_ID, description="Of whom."),  # noqa: A002  (the parameter's name)
    name: str = Query(..., max_length=255, description="Which trait."),
    kind: Literal["account", "person"] = _KIND,
) -> Any:
    """Return what is believed, what each source says and what was said when."""
    return _fact(kind, id, name.replace("\x00", ""))


@router.put("/fact", response=FactOut, summary="Say a fact")
def say_fact(request: ApiCall, given: FactIn) -> Any:
    """Say a fact as the key's member, as one source among others or pinned."""
    (actions.pin_trait if given.pin else actions.edit_trait)(
        given.kind, given.id, given.name, given.value, by=acting_member(request)
    )
    return _fact(given.kind, given.id, given.name)


def _fact(kind: Any, pk: int, name: str) -> dict[str, Any]:
    subject: Any = queries.account(pk) if kind == "account" else queries.person(pk)
    return {
        "name": name,
        "value": subject.traits.get(name),
        "words": [
            {"value": w.value, "source": w.source, "at": _EPOCH + timedelta(microseconds=w.at), "counts": w.counts,
             "is_pinned": w.is_pinned}
            for w in queries.words_on_trait(kind, subject.pk, name)
        ],
        "history": [
            {"value": c.value, "source": c.source, "at": c.at} for c in queries.history_of_trait(kind, subject.pk, name)
        ],
    }  # fmt: skip
