"""Who would get another model if a definition were saved."""

from datetime import datetime

import numpy as np

from tenure.customers import queries as customers
from tenure.kernel import clock
from tenure.kernel.in_force import NONE, Whole
from tenure.touch_models.models import Standing, TouchModels, TouchModelsVersion
from tenure.touch_models.queries.judging import judge
from tenure.touch_models.rules import text_form
from tenure.touch_models.types import Definition, Existing, Preview, WouldMove

SHOWN = 5


def preview(made: Definition, *, now: datetime | None = None) -> Preview:
    """Return who would get which model; nothing is written. Raises `CannotCompute`."""
    found = TouchModels.objects.first()
    number = (found.version if found else 0) + 1
    definitions = {number: made}
    if made.existing is Existing.KEEP:
        lived_by = Standing.objects.filter(left_at=None).values_list("lives_by", flat=True).distinct()
        versions = TouchModelsVersion.objects.filter(number__in=list(lived_by))
        definitions |= {v.number: text_form.stored(v.definition) for v in versions}
    judged = judge(definitions, number, now=now or clock.now())
    called, changed = judged.names, judged.rows
    pairs: dict[tuple[str, str], Whole] = {}
    both = np.stack([judged.before[changed], judged.after[changed]])
    for source, target in np.unique(both, axis=1).T.tolist():
        ids = judged.ids[changed[(both[0] == source) & (both[1] == target)]]
        pairs[called[source] if source != NONE else "", called[target]] = ids
    names = customers.account_names([i for ids in pairs.values() for i in ids[:SHOWN].tolist()])
    counts = dict(zip(called, np.bincount(judged.after, minlength=len(called)).tolist(), strict=True))
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
        counts={key: counts.get(key, 0) for key in made.keys},
    )
