"""Writes to computed traits."""

import dataclasses
import time
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import structlog
from django.db import IntegrityError, transaction

from tenure.computed_traits.errors import ComputationExists, ComputationUnclear, NoSuchComputation
from tenure.computed_traits.models import ComputedTrait
from tenure.computed_traits.queries import formula_of
from tenure.computed_traits.queries.computing import compute
from tenure.computed_traits.types import COUNTED, OF_PEOPLE, OF_PROPERTY, Formula
from tenure.customers import actions as customers_actions
from tenure.customers import queries as customers
from tenure.kernel import clock
from tenure.lake.engine import CannotCompute
from tenure.workspaces.actions import record_audit

if TYPE_CHECKING:
    from tenure.workspaces.models import Member

log = structlog.get_logger(__name__)

EVERY = timedelta(minutes=1)
SHARE = 20
"""A computation rests this many times as long as it took, so that a heavy one takes 5 % of a worker at most."""
_SET_AT_ONCE = 2_000


def define_computed_trait(subject: str, name: str, formula: Formula, *, by: "Member | None") -> ComputedTrait:
    """Have a trait computed from now on; its first values come within the minute."""
    name = name.strip()
    if not 0 < len(name) <= 200 or "\x00" in name or subject not in ("account", "person"):
        raise ComputationUnclear
    _check(formula, subject)
    try:
        with transaction.atomic():
            made = ComputedTrait.objects.create(
                subject=subject, name=name, formula=dataclasses.asdict(formula), made_by=by, due_at=clock.now()
            )
            record_audit("traits.define_computed", by=by, subject=name, details={"formula": made.formula})
    except IntegrityError as error:
        raise ComputationExists from error
    return made


def _check(formula: Formula, subject: str) -> None:
    if formula.basis == "people":
        wrong = subject != "account" or formula.measure not in OF_PEOPLE
        wrong = wrong or (formula.measure != "count" and not formula.what) or formula.what == "role"
    else:
        wrong = formula.basis != "use" or (formula.measure in OF_PROPERTY) != bool(formula.what)
        wrong = wrong or (subject == "person" and formula.measure == "people")
        wrong = wrong or (formula.days is not None and not 1 <= formula.days <= 1_000)
    if wrong:
        raise ComputationUnclear


def remove_computed_trait(pk: int, *, by: "Member | None") -> None:
    """Compute a trait no more, and take its values away."""
    found = ComputedTrait.objects.filter(pk=pk).first()
    if found is None:
        raise NoSuchComputation
    with transaction.atomic():
        _tell(found, dict.fromkeys(_known_now(found)), clock.now())
        found.delete()
        record_audit("traits.remove_computed", by=by, subject=found.name, details={"formula": found.formula})


def compute_trait(pk: int, *, now: datetime) -> int:
    """Compute one trait of everybody and say what changed, with `computed:NAME` as source; returns how many did."""
    with transaction.atomic():
        found = ComputedTrait.objects.select_for_update(skip_locked=True).filter(pk=pk, due_at__lte=now).first()
        if found is None:
            return 0
        began = time.monotonic()
        formula, news = formula_of(found), {}
        try:
            values = compute(formula, found.subject, now)
            news = _changed(found, formula, values)
            _tell(found, news, now)
            found.error, found.known = "", len(values)
        except CannotCompute as error:
            log.warning("computed trait failed", trait=found.name, error=str(error)[:300])
            found.error = str(error)[:500]
        took = time.monotonic() - began
        found.took_ms, found.computed_at = int(took * 1000), now
        found.due_at = now + max(EVERY, timedelta(seconds=took * SHARE))
        found.save(update_fields=["error", "known", "took_ms", "computed_at", "due_at"])
    return len(news)


def _changed(found: ComputedTrait, formula: Formula, values: dict[int, Any]) -> dict[int, Any]:
    known = _known_now(found, everybody=True)
    nothing = 0 if formula.measure in COUNTED else None
    return {id_: new for id_, old in known.items() if not _same(new := values.get(id_, nothing), old)}


def _same(new: Any, old: Any) -> bool:
    if isinstance(new, int | float) and isinstance(old, str):
        try:
            return float(old) == new
        except ValueError:
            return False
    return bool(new == old)


def _known_now(found: ComputedTrait, *, everybody: bool = False) -> dict[int, Any]:
    read = customers.account_facts if found.subject == "account" else customers.person_facts
    facts = read([found.name])
    name = found.name if found.name in facts.column_names else ""
    values = facts[name].to_pylist() if name else [None] * facts.num_rows
    ids = facts[f"{found.subject}_id"].to_pylist()
    return {id_: value for id_, value in zip(ids, values, strict=True) if everybody or value is not None}


def _tell(found: ComputedTrait, news: dict[int, Any], now: datetime) -> None:
    account = found.subject == "account"
    tell = customers_actions.set_traits_of_accounts if account else customers_actions.set_traits_of_people
    ids = list(news)
    for start in range(0, len(ids), _SET_AT_ONCE):
        some = {id_: {found.name: news[id_]} for id_ in ids[start : start + _SET_AT_ONCE]}
        tell(some, source=f"computed:{found.name}", at=now)
