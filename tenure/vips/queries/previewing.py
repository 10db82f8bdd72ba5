"""Who would be a VIP if rules were saved."""

from collections import defaultdict
from datetime import datetime

from tenure.customers import queries as customers
from tenure.kernel import clock
from tenure.vips.models import VipReason
from tenure.vips.queries.judging import judge
from tenure.vips.queries.vips import levels_of
from tenure.vips.types import Definition, Preview, WouldChange

SHOWN = 8


def preview(definition: Definition, *, now: datetime | None = None) -> Preview:
    """Return who would become a VIP and who would no longer be one; nothing is written. Raises `CannotCompute`."""
    seen = judge(definition, now=now or clock.now())
    found: dict[int, list[str]] = defaultdict(list)
    for reason in definition.reasons:
        for account_id in seen.accounts[reason.key]:
            found[account_id].append(reason.level)
    after = {account_id: definition.highest(levels) for account_id, levels in found.items()}
    now_vips = VipReason.objects.filter(left_at=None, account__merged_into=None)
    before = levels_of(now_vips.order_by("account_id").values_list("account_id", flat=True).distinct())
    coming, going = sorted(after.keys() - before.keys()), sorted(before.keys() - after.keys())
    pairs: dict[tuple[str, str], list[int]] = defaultdict(list)
    for account_id in sorted(after.keys() & before.keys()):
        if before[account_id] != after[account_id]:
            pairs[before[account_id], after[account_id]].append(account_id)
    changing = sorted(pairs.items(), key=lambda each: (-len(each[1]), each[0]))
    shown = [i for _, ids in changing for i in ids[:SHOWN]]
    names = customers.account_names([*coming[:SHOWN], *going[:SHOWN], *shown])
    return Preview(
        looked_at=seen.looked_at,
        counts={reason.key: len(seen.accounts[reason.key]) for reason in definition.reasons},
        coming=[(i, names.get(i, f"#{i}")) for i in coming[:SHOWN]],
        going=[(i, names.get(i, f"#{i}")) for i in going[:SHOWN]],
        coming_count=len(coming),
        going_count=len(going),
        changing=[
            WouldChange(
                source=source, target=target, accounts=len(ids), some=[(i, names.get(i, f"#{i}")) for i in ids[:SHOWN]]
            )
            for (source, target), ids in changing
        ],
    )
