"""Learning anew, foretelling every account, and what is called leaving."""

from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection, transaction

from tenure.customers.actions import set_traits_of_accounts
from tenure.kernel import clock, tenancy
from tenure.kernel.as_of import AsOf
from tenure.kernel.outbox import announce_all
from tenure.risk import queries, rules
from tenure.risk.announcements import RiskChanged
from tenure.risk.errors import RiskChoicesUnusable
from tenure.risk.models import AccountRisk, RiskChoices, RiskModel
from tenure.risk.queries.past import of_population
from tenure.risk.types import GAPS, HORIZONS, ChurnKind, Foretold, Hazard, RiskBand
from tenure.snapshots import queries as snapshots
from tenure.snapshots.types import NAMES, Known, begin_of
from tenure.workspaces.actions import record_audit

if TYPE_CHECKING:
    from tenure.workspaces.models import Member

_LOCK = 7_205_231
_EPOCH = date(1970, 1, 1)
TRAITS = ("churn_risk", "churn_risk_band")
SOURCE = "risk"
_AT_ONCE = 2_000


@transaction.atomic
def choose(*, kind: ChurnKind, horizon_days: int, gap_days: int, by: "Member") -> RiskChoices:
    """Say what is called leaving, and how far to look ahead; what is learnt next goes by it.

    Raises `RiskChoicesUnusable`.
    """
    if not HORIZONS[0] <= horizon_days <= HORIZONS[1] or not GAPS[0] <= gap_days <= GAPS[1]:
        raise RiskChoicesUnusable(
            f"Look {HORIZONS[0]} to {HORIZONS[1]} days ahead; use ends after {GAPS[0]} to {GAPS[1]} days without any."
        )
    before = queries.choices()
    made, _ = RiskChoices.objects.update_or_create(
        defaults={"kind": kind.value, "horizon_days": horizon_days, "gap_days": gap_days}
    )
    record_audit(
        "risk.choose",
        by=by,
        subject=kind.value,
        details={
            "before": [before.kind.value, before.horizon_days, before.gap_days],
            "after": [kind.value, horizon_days, gap_days],
        },
    )
    return made


@transaction.atomic
def learn_again(now: datetime) -> RiskModel:
    """Learn from every kept week who leaves; keeps the version with how well it does, also where it claims nothing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK, tenancy.current_workspace_id()])
    chosen = queries.choices()
    periods = queries.drawn_periods(chosen, now)
    learnt = rules.learn_hazard(periods, NAMES)
    latest = queries.model_latest()
    ends = (periods.days.min(), periods.days.max()) if periods.days.size else ()
    days = [_EPOCH + timedelta(days=int(day)) for day in ends]
    return RiskModel.objects.create(
        version=latest.version + 1 if latest else 1,
        kind=chosen.kind.value,
        horizon_days=chosen.horizon_days,
        gap_days=chosen.gap_days,
        learnt_at=now,
        first_day=days[0] if days else None,
        last_day=days[1] if days else None,
        rows=learnt.rows,
        accounts=learnt.accounts,
        left=learnt.left,
        base_rate=learnt.base_rate,
        told_later=periods.is_told_later,
        refusal=learnt.refusal.value if learnt.refusal else "",
        content=msgspec.to_builtins(learnt.hazard) if learnt.hazard else None,
        quality=msgspec.to_builtins(learnt.quality) if learnt.quality else None,
        left_out=[{"name": o.name, "why": o.why.value, "seen": dict(o.seen)} for o in learnt.left_out],
    )


@transaction.atomic
def foretell_all(now: datetime) -> int:
    """Foretell every account by the model in force, as of now; returns how many have a chance.

    Without one, nothing is claimed of anybody: chances and traits of before are taken away.
    """
    model = queries.model_in_force()
    hazard = queries.hazard_of(model) if model else None
    before = {
        account: (RiskBand(band), since)
        for account, band, since in AccountRisk.objects.order_by().values_list("account_id", "band", "since")
    }
    if model is None or hazard is None:
        _withdraw(set(before))
        return 0
    rows = of_population(_rows_of_now(now), queries.choices())
    for begin in range(0, rows.num_rows, _AT_ONCE):
        _foretell_some(rows.slice(begin, _AT_ONCE), model, hazard, before, now)
    _withdraw(before.keys() - set(rows["account_id"].to_pylist()))
    return int(rows.num_rows)


def _rows_of_now(now: datetime) -> pa.Table:
    """Return every account as this day found it; those known only since then, by what is known now.

    Where most is known only since then, as of a history that was imported today, all are read as known now.
    """
    on = now.astimezone(UTC).date()
    if snapshots.known_of(on, AsOf.by_now(begin_of(on), now)) is Known.BY_NOW:
        return snapshots.features_as_of(on, Known.BY_NOW, AsOf.then(now))
    rows = snapshots.features_as_of(on, Known.THEN, AsOf.then(begin_of(on)))
    since = pc.is_in(
        snapshots.customers_at(AsOf.then(now))["account_id"], value_set=rows["account_id"].combine_chunks()
    )
    if pc.all(since).as_py() in (True, None):
        return rows
    later = snapshots.features_as_of(on, Known.BY_NOW, AsOf.then(now))
    new = later.filter(pc.invert(pc.is_in(later["account_id"], value_set=rows["account_id"].combine_chunks())))
    return pa.concat_tables([rows, new]).sort_by("account_id").combine_chunks()


def _foretell_some(
    rows: pa.Table, model: RiskModel, hazard: Hazard, before: dict[int, tuple[RiskBand, datetime]], now: datetime
) -> None:
    values = snapshots.as_columns(rows)
    names = [part.name for part in hazard.parts]
    given = np.column_stack([values[n] for n in names])
    changed: list[RiskChanged] = []
    risks: list[AccountRisk] = []
    ids = rows["account_id"].to_pylist()
    for place, (account, found) in enumerate(zip(ids, rules.foretell(hazard, values), strict=True)):
        was, since = before.get(account, (None, now))
        band = rules.band_of(found.chance, hazard, was)
        if band is not (was or RiskBand.USUAL):
            changed.append(
                RiskChanged(
                    workspace_id=tenancy.current_workspace_id(),
                    at=now,
                    account_id=account,
                    band=band.value,
                    previous_band=was.value if was else "",
                    chance=found.chance,
                    horizon_days=hazard.horizon_days,
                )
            )
        risks.append(
            AccountRisk(
                account_id=account,
                model=model,
                foretold_at=now,
                chance=found.chance,
                low=found.low,
                high=found.high,
                band=band.value,
                since=since if band is was else now,
                reasons=_reasons(names, given[place].tolist(), found),
            )
        )
    AccountRisk.objects.bulk_create(
        risks,
        update_conflicts=True,
        unique_fields=["account"],
        update_fields=["model", "foretold_at", "chance", "low", "high", "band", "since", "reasons"],
        batch_size=_AT_ONCE,
    )
    set_traits_of_accounts(
        {r.account_id: {"churn_risk": round(r.chance, 3), "churn_risk_band": r.band} for r in risks},
        source=SOURCE,
        at=now,
    )
    announce_all(changed)


def _reasons(names: list[str], given: list[float], found: Foretold) -> list[list[Any]]:
    order = sorted(range(len(names)), key=lambda i: -abs(found.adds[i]))
    return [[names[i], None if np.isnan(given[i]) else given[i], round(found.adds[i], 6)] for i in order]


def _withdraw(accounts: Collection[int]) -> None:
    if accounts:
        AccountRisk.objects.filter(account_id__in=list(accounts)).delete()
        set_traits_of_accounts({account: dict.fromkeys(TRAITS) for account in accounts}, source=SOURCE, at=clock.now())
