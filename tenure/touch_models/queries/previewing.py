"""Who would get another model if a definition were saved."""

from collections import Counter
from datetime import datetime

from tenure.customers import queries as customers
from tenure.kernel import clock
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
    going = judge(definitions, number, now=now or clock.now())
    has = dict(Standing.objects.filter(left_at=None, account__merged_into=None).values_list("account_id", "model"))
    after = {**has, **{g.account_id: g.model for g in going}}
    pairs: dict[tuple[str, str], list[int]] = {}
    for g in going:
        pairs.setdefault((g.came_from, g.model), []).append(g.account_id)
    names = customers.account_names([i for ids in pairs.values() for i in ids[:SHOWN]])
    counts = Counter(after.values())
    return Preview(
        looked_at=len(after),
        moving=[
            WouldMove(
                source=source, target=target, accounts=len(ids), some=[(i, names.get(i, f"#{i}")) for i in ids[:SHOWN]]
            )
            for (source, target), ids in sorted(pairs.items(), key=lambda each: (-len(each[1]), each[0]))
        ],
        counts={key: counts.get(key, 0) for key in made.keys},
    )
