"""Whether conditions hold, as boolean expressions over the wide table; never null, so that "not" is exact."""

from functools import reduce
from operator import and_, or_
from typing import TYPE_CHECKING, Any, assert_never

from tenure.lake.lazily import ibis
from tenure.segments.rules.comparing import DAY, aged, counted, holds, kinds_of
from tenure.segments.rules.features import Columns, asked_of, complete_days
from tenure.segments.types.conditions import (
    AgeOperator,
    All,
    AnyOf,
    BilledPlan,
    Churned,
    Condition,
    Direction,
    FirstPerformed,
    InSegment,
    InSequence,
    LastPerformed,
    LastSeen,
    Leaf,
    Listed,
    Mrr,
    Not,
    NotPerformed,
    Owner,
    OwnerOperator,
    People,
    Performed,
    Quantifier,
    RandomBucket,
    Renewal,
    RenewalOperator,
    SignedUp,
    Subscription,
    SubscriptionStatus,
    Tickets,
    Trait,
    TraitChanged,
    TraitWas,
    Usage,
    UsageChange,
)

if TYPE_CHECKING:
    import ibis.expr.types as ir


def truth(condition: Condition, row: "ir.Table", columns: Columns) -> Any:
    """Return whether a condition holds of each row."""
    match condition:
        case All():
            return reduce(and_, [truth(each, row, columns) for each in condition.conditions])
        case AnyOf():
            return reduce(or_, [truth(each, row, columns) for each in condition.conditions])
        case Not():
            return ~truth(condition.condition, row, columns)
        case _:
            return leaf_truth(condition, row, columns)[1]


def leaf_truth(leaf: Leaf, row: "ir.Table", columns: Columns) -> tuple[Any, Any]:
    """Return the value a leaf looks at and whether it holds, never null."""
    match leaf:
        case Trait():
            readings = {kind: row[columns.traits[leaf.name, kind]] for kind in kinds_of(leaf)}
            return readings[kinds_of(leaf)[0]], holds(leaf, readings, row.now)
        case TraitWas():
            until = row[columns.said.column(leaf)]
            return ibis.least(until, row.now), (until > row.now - leaf.days * DAY).fill_null(False)
        case TraitChanged():
            at = row[columns.said.column(leaf)]
            return at, aged(row.now, at, AgeOperator.WITHIN_LAST_DAYS, leaf.days)
        case Performed():
            n = row[f"{columns.column_of(leaf.event, leaf.where, leaf.days)}_n"].fill_null(0)
            return n, counted(n, leaf.operator, leaf.times)
        case NotPerformed():
            n = row[f"{columns.column_of(leaf.event, leaf.where, leaf.days)}_n"].fill_null(0)
            return n, n == 0
        case FirstPerformed():
            first = row[f"{columns.column_of(leaf.event, leaf.where, None)}_first"]
            return first, aged(row.now, first, leaf.operator, leaf.days)
        case LastPerformed():
            last = row[f"{columns.column_of(leaf.event, leaf.where, None)}_last"]
            return last, aged(row.now, last, leaf.operator, leaf.days)
        case InSequence():
            done = row[columns.happened.sequence(leaf)]
            if leaf.days is None:
                return done, done.notnull()
            return done, aged(row.now, done, AgeOperator.WITHIN_LAST_DAYS, leaf.days)
        case Usage():
            amount = row[columns.uses[leaf.measure, leaf.event, 0, leaf.days]].fill_null(0)
            return amount, counted(amount, leaf.operator, leaf.amount)
        case UsageChange():
            return _change(leaf, row, columns)
        case SignedUp():
            return row.signed_up, aged(row.now, row.signed_up, leaf.operator, leaf.days)
        case LastSeen():
            return row.last_seen, aged(row.now, row.last_seen, leaf.operator, leaf.days)
        case Churned():
            churned = row.churned.fill_null(False)
            return churned, churned if leaf.value else ~churned
        case Owner():
            return row.owner_id, _owned(row.owner_id, leaf)
        case Subscription() | BilledPlan() | Mrr() | Renewal():
            return _billed(leaf, row, columns)
        case Tickets():
            n = row[columns.tickets[asked_of(leaf)]].fill_null(0)
            return n, counted(n, leaf.operator, leaf.times)
        case People():
            return _people(leaf, row, columns)
        case InSegment():
            inside = _inside(leaf, row, columns)
            return inside, inside
        case RandomBucket():
            bucket = row[columns.salts[leaf.salt]]
            return bucket, ((bucket >= leaf.low * 100) & (bucket < leaf.high * 100)).fill_null(False)
        case Listed():
            raise ValueError("who is on a list is kept, not computed")
        case _:
            assert_never(leaf)


def _change(leaf: UsageChange, row: "ir.Table", columns: Columns) -> tuple[Any, Any]:
    (low, high), (earlier_low, earlier_high) = complete_days(leaf)
    now = row[columns.uses[leaf.measure, leaf.event, low, high]].fill_null(0)
    before = row[columns.uses[leaf.measure, leaf.event, earlier_low, earlier_high]].fill_null(0)
    if leaf.direction is Direction.FELL:
        moved = now * 100 <= before * (100 - leaf.percent)
    else:
        moved = now * 100 >= before * (100 + leaf.percent)
    percent = ((now - before) * 100).cast("float64") / before.nullif(0).cast("float64")
    return percent, (before > 0) & moved


def _owned(owner_id: Any, leaf: Owner) -> Any:
    match leaf.operator:
        case OwnerOperator.IS_SET:
            return owner_id.notnull()
        case OwnerOperator.IS_NOT_SET:
            return owner_id.isnull()
        case OwnerOperator.IS:
            return (owner_id == leaf.member_id).fill_null(False)
        case _:
            assert_never(leaf.operator)


def _billed(leaf: Subscription | BilledPlan | Mrr | Renewal, row: "ir.Table", columns: Columns) -> tuple[Any, Any]:
    match leaf:
        case Subscription():
            status = row.billed_status.fill_null(str(SubscriptionStatus.NONE))
            return status, status == str(leaf.status)
        case BilledPlan():
            held = row.billed_plans.contains(f"\n{leaf.plan.strip().lower()}\n")
            return row.billed_plans, held.fill_null(False)
        case Mrr():
            mrr = row[columns.currencies[leaf.currency]]
            return mrr, counted(mrr, leaf.operator, leaf.amount).fill_null(False)
        case Renewal():
            held = _ahead(row.renews_at, row.now, leaf).fill_null(False)
            if leaf.number is not None:
                held = held & (row.renewal == leaf.number).fill_null(False)
            shown = row.renewal.fill_null(0).cast("string") + ibis.literal("@") + row.renews_at.cast("string")
            return shown, held
        case _:
            assert_never(leaf)


def _ahead(renews_at: Any, now: Any, leaf: Renewal) -> Any:
    ahead = renews_at - now
    match leaf.operator:
        case RenewalOperator.WITHIN_NEXT_DAYS:
            return (ahead >= 0) & (ahead <= leaf.days * DAY)
        case RenewalOperator.EXACTLY_IN_DAYS:
            begins = now - now % DAY + leaf.days * DAY
            return (renews_at >= begins) & (renews_at < begins + DAY)
        case RenewalOperator.MORE_THAN_DAYS_AHEAD:
            return ahead > leaf.days * DAY
        case _:
            assert_never(leaf.operator)


def _people(leaf: People, row: "ir.Table", columns: Columns) -> tuple[Any, Any]:
    column = columns.people[repr(leaf)][0]
    held, asked = row[f"{column}_held"].fill_null(0), row[f"{column}_asked"].fill_null(0)
    shown = held.cast("string") + ibis.literal("/") + asked.cast("string")
    match leaf.quantifier:
        case Quantifier.AT_LEAST:
            return shown, held >= leaf.number
        case Quantifier.AT_MOST:
            return shown, held <= leaf.number
        case Quantifier.EXACTLY:
            return shown, held == leaf.number
        case Quantifier.SHARE_AT_LEAST:
            return shown, (asked > 0) & (held * 100 >= asked * leaf.number)
        case Quantifier.SHARE_AT_MOST:
            return shown, (asked > 0) & (held * 100 <= asked * leaf.number)
        case _:
            assert_never(leaf.quantifier)


def _inside(leaf: InSegment, row: "ir.Table", columns: Columns) -> Any:
    if leaf.segment_id in columns.definitions:
        return row[columns.named[leaf.segment_id]]
    return row[columns.segments[leaf.segment_id]].fill_null(False)
