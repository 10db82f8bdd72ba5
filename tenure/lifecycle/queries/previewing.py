"""Who would move if stages and transitions were saved."""

from datetime import datetime

import numpy as np

from tenure.customers import queries as customers
from tenure.kernel import clock
from tenure.lifecycle.models import Stay
from tenure.lifecycle.queries.judging import judge_all
from tenure.lifecycle.types import Machine, Preview, WouldMove

SHOWN = 5


def preview(machine: Machine, *, now: datetime | None = None) -> Preview:
    """Return who would go where; nothing is written. Raises `CannotCompute`."""
    judged = judge_all(machine, now=now or clock.now())
    stands = dict(Stay.objects.filter(left_at=None).values_list("account_id", "stage"))
    pairs: dict[tuple[str, str], list[int]] = {}
    keys = machine.keys
    for account_id, place in zip(judged.ids.tolist(), judged.after.tolist(), strict=True):
        source, target = stands.get(account_id, ""), keys[place]
        if source != target:
            pairs.setdefault((source, target), []).append(account_id)
    names = customers.account_names([i for ids in pairs.values() for i in ids[:SHOWN]])
    counts = np.bincount(judged.after, minlength=len(keys))
    return Preview(
        looked_at=len(judged.ids),
        moving=[
            WouldMove(
                source=source,
                target=target,
                accounts=len(ids),
                some=[(i, names.get(i, f"#{i}")) for i in ids[:SHOWN]],
            )
            for (source, target), ids in sorted(pairs.items(), key=lambda each: (-len(each[1]), each[0]))
        ],
        counts={key: int(counts[n]) for n, key in enumerate(keys)},
    )
