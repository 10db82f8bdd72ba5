"""Who would be a VIP if rules were saved."""

from datetime import datetime

from tenure.customers import queries as customers
from tenure.kernel import clock
from tenure.vips.models import VipReason
from tenure.vips.queries.judging import judge
from tenure.vips.types import Definition, Preview

SHOWN = 8


def preview(definition: Definition, *, now: datetime | None = None) -> Preview:
    """Return who would become a VIP and who would no longer be one; nothing is written. Raises `CannotCompute`."""
    seen = judge(definition, now=now or clock.now())
    after = {account_id for of in seen.accounts.values() for account_id in of}
    now_vips = VipReason.objects.filter(left_at=None, account__merged_into=None)
    before = set(now_vips.values_list("account_id", flat=True))
    coming, going = sorted(after - before), sorted(before - after)
    names = customers.account_names([*coming[:SHOWN], *going[:SHOWN]])
    return Preview(
        looked_at=seen.looked_at,
        counts={reason.key: len(seen.accounts[reason.key]) for reason in definition.reasons},
        coming=[(i, names.get(i, f"#{i}")) for i in coming[:SHOWN]],
        going=[(i, names.get(i, f"#{i}")) for i in going[:SHOWN]],
        coming_count=len(coming),
        going_count=len(going),
    )
