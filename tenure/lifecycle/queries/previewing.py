"""Who would move if stages and transitions were saved."""

from datetime import datetime

import numpy as np

from tenure.customers import queries as customers
from tenure.kernel import clock
from tenure.kernel.in_force import NONE, Whole
from tenure.lifecycle.queries.judging import judge
from tenure.lifecycle.types import Machine, Preview, WouldMove

SHOWN = 5


def preview(machine: Machine, *, now: datetime | None = None) -> Preview:
    """Return who would go where; nothing is written. Raises `CannotCompute`."""
    judged = judge(machine, now=now or clock.now())
    keys, after = machine.keys, judged.moved.stages
    has = judged.mine != NONE
    sources = np.full(len(judged.ids), NONE, np.int64)
    sources[has] = judged.now_open.things[judged.mine[has]]
    called = judged.now_open.names
    pairs: dict[tuple[str, str], Whole] = {}
    for source in np.unique(sources).tolist():
        for target in range(len(keys)):
            ids = judged.ids[(sources == source) & (after == target)]
            said = called[source] if source != NONE else ""
            if said != keys[target] and len(ids):
                pairs[said, keys[target]] = ids
    names = customers.account_names([i for ids in pairs.values() for i in ids[:SHOWN].tolist()])
    counts = np.bincount(after, minlength=len(keys))
    return Preview(
        looked_at=len(judged.ids),
        moving=[
            WouldMove(
                source=source,
                target=target,
                accounts=len(ids),
                some=[(i, names.get(i, f"#{i}")) for i in ids[:SHOWN].tolist()],
            )
            for (source, target), ids in sorted(pairs.items(), key=lambda each: (-len(each[1]), each[0]))
        ],
        counts={key: int(counts[n]) for n, key in enumerate(keys)},
    )
