"""What members say of customers: facts, roles, which account is the primary one, whose word counts."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction

from tenure.customers.actions import contending, facts, lives, places, sql, telling
from tenure.customers.actions.remembering import keep_place
from tenure.customers.errors import NoSuchAccount, NoSuchPerson, NoSuchPlace, RoleUnknown, TraitNameUnusable
from tenure.customers.models import Account, Affiliation, Person, TraitRule
from tenure.customers.rules.contending import pin_source
from tenure.customers.rules.traits import LONGEST_NAME, role_of
from tenure.customers.types import Role, SubjectKind, TraitType
from tenure.kernel import clock, tenancy
from tenure.workspaces.actions import record_audit

if TYPE_CHECKING:
    from tenure.workspaces.models import Member

_SETTLED_AT_ONCE = 2_000


@transaction.atomic
def edit_trait(kind: SubjectKind, pk: int, name: str, value: Any, *, by: "Member | None") -> None:
    """Say a fact about an account or a person, as one source among others; None takes it away."""
    _say(kind, pk, name, value, f"member {by.name}" if by else "Tenure", by, "edit_trait")


@transaction.atomic
def pin_trait(kind: SubjectKind, pk: int, name: str, value: Any, *, by: "Member | None") -> None:
    """Say a fact that stands whatever other sources say, until it is let go of (None)."""
    _say(kind, pk, name, value, pin_source(by.name if by else "Tenure"), by, "pin_trait")


def _say(kind: SubjectKind, pk: int, name: str, value: Any, source: str, by: "Member | None", what: str) -> None:
    if not 0 < len(name) <= LONGEST_NAME or "\x00" in name:
        raise TraitNameUnusable
    model: Any = Account if kind == "account" else Person
    subject = model.objects.filter(pk=pk).first()
    if subject is None:
        raise NoSuchAccount if kind == "account" else NoSuchPerson
    subject = subject.merged_into or subject
    before = subject.traits.get(name)
    of, set_ = subject.pk, (telling.set_traits_of_accounts if kind == "account" else telling.set_traits_of_people)
    set_({of: {name: value}}, source=source)
    record_audit(
        f"{'accounts' if kind == 'account' else 'people'}.{what}",
        by=by,
        subject=str(subject),
        details={f"{kind}_id": of, "trait": name, "before": before, "after": value},
    )


@transaction.atomic
def set_role(person_id: int, account_id: int, role: str | None, *, by: "Member | None") -> None:
    """Say what a person is to an account; None lets their traits say so again."""
    if role is not None and role not in {r.value for r in Role}:
        raise RoleUnknown
    place = _place(person_id, account_id)
    before = place.role
    place.role_is_set = role is not None
    place.role = role or role_of(place.person.traits.get("role"))
    place.save(update_fields=["role", "role_is_set"])
    details = {"person_id": person_id, "account_id": account_id, "before": before, "after": place.role}
    record_audit("people.set_role", by=by, subject=str(place.person), details=details)
    telling.tell_changed("person", [person_id])


@transaction.atomic
def choose_primary(person_id: int, account_id: int, *, by: "Member | None") -> None:
    """Make an account the one a person's use counts for from now on, unless a call names another."""
    workspace_id = tenancy.current_workspace_id()
    sql.lock_identities(workspace_id)
    place = _place(person_id, account_id)
    if place.is_primary:
        return
    keep_place(person_id, account_id, clock.now())
    place.chosen_at = place.learnt_at = clock.now()
    place.save(update_fields=["chosen_at", "learnt_at"])
    places.settle_primary([person_id])
    lives.store_reattributions([], [], [person_id], workspace_id)
    details = {"person_id": person_id, "account_id": account_id}
    record_audit("people.choose_primary", by=by, subject=str(place.person), details=details)
    telling.tell_changed("person", [person_id])


def _place(person_id: int, account_id: int) -> Affiliation:
    found = (
        Affiliation.objects.select_for_update(of=("self",))
        .select_related("person")
        .filter(person=person_id, account=account_id)
        .first()
    )
    if found is None:
        raise NoSuchPlace
    return found


@transaction.atomic
def set_trait_rule(
    kind: SubjectKind, name: str, *, value_type: TraitType | None, sources: Sequence[str], by: "Member | None"
) -> TraitRule:
    """Say of what type a trait is, and whose word on it counts first; a stage applies it to what was said before."""
    if not 0 < len(name) <= LONGEST_NAME or "\x00" in name:
        raise TraitNameUnusable
    wanted = list(dict.fromkeys(s.strip()[:60] for s in sources if s.strip()))[:20]
    sql.lock_identities(tenancy.current_workspace_id())
    before = TraitRule.objects.filter(kind=kind, name=name).first()
    order_changes = wanted != (before.sources if before else [])
    rule, _ = TraitRule.objects.update_or_create(
        kind=kind,
        name=name,
        defaults={
            "type": value_type.value if value_type else "",
            "sources": wanted,
            "settled_to": 0 if order_changes else (before.settled_to if before else None),
        },
    )
    record_audit(
        "traits.set_rule",
        by=by,
        subject=name,
        details={"kind": kind, "type": rule.type, "sources": wanted, "before": before.sources if before else []},
    )
    return rule


@transaction.atomic
def apply_rule(rule_id: int) -> int:
    """Let a changed order of sources count for some more accounts or people; returns how many were looked at."""
    rule = TraitRule.objects.select_for_update(skip_locked=True).filter(pk=rule_id).exclude(settled_to=None).first()
    if rule is None:
        return 0
    workspace_id = tenancy.current_workspace_id()
    sql.lock_identities(workspace_id)
    kind: Any = rule.kind
    ids = [
        id_
        for (id_,) in sql.rows(
            f"""
            SELECT id FROM customers_{kind} WHERE workspace_id = %s AND id > %s AND merged_into_id IS NULL
            ORDER BY id LIMIT {_SETTLED_AT_ONCE}
            """,  # noqa: S608
            [workspace_id, rule.settled_to],
        )
    ]
    changed = contending.weigh_again(kind, ids, rule.name, rule.sources)
    if changed:
        facts.store_learnt(kind, changed)
        telling.follow_changed(kind, changed, workspace_id)
    rule.settled_to = ids[-1] if len(ids) == _SETTLED_AT_ONCE else None
    rule.save(update_fields=["settled_to"])
    return len(ids)


def read_value(text: str, value_type: TraitType) -> Any:
    """Read a value as a member typed it; raises `TraitUnreadable`. Empty text is no value."""
    from tenure.customers.errors import TraitUnreadable

    text = text.replace("\x00", "").strip()
    if not text:
        return None
    try:
        match value_type:
            case TraitType.NUMBER:
                number = float(text.replace(",", ""))
                if number != number or number in (float("inf"), float("-inf")):
                    raise TraitUnreadable
                return int(number) if number.is_integer() and abs(number) < 2**53 else number
            case TraitType.BOOLEAN:
                wanted = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
                return wanted[text.lower()]
            case TraitType.DATE:
                return datetime.fromisoformat(text).replace(tzinfo=UTC).date().isoformat()
            case TraitType.LIST:
                return [part.strip() for part in text.split(",") if part.strip()]
            case TraitType.TEXT:
                return text[:10_000]
    except (ValueError, KeyError) as error:
        raise TraitUnreadable from error
