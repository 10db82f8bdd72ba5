"""How the engine computes conditions: all segments of one subject in one wide pass of booleans, as Ibis expressions.

The pass reads six named tables that its caller provides:

- `segment_facts`: a row per account (or person): `id`, `now` (microseconds since 1970), and a column per needed fact;
- `segment_person_day`: the rollup of use per account, person, event and day;
- `segment_calendar`: the days that matter, each with its `age` (0 is today, UTC);
- `segment_lifetimes`: use per id and event since the beginning, in any number of parts;
- `segment_happenings` (see `happenings`): single events, where properties or their order matter;
- `segment_words` (see `words`): what traits were, and when.

Moments and days come in as ages, so no expression mentions one, and its SQL can be kept from minute to minute. It goes
in steps, each one expression over what the one before left: *features* (facts beside counts, one row per id), *named*
(one boolean for each segment that another names, level by level, so that each is computed once however often it is
named) and, over those, *verdicts* (one boolean per segment) or *evidence* (the value and truth of every leaf). Only
equi-joins, and integers throughout.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tenure.lake.lazily import ibis
from tenure.segments.rules.features import FEATURES, Columns, Needs
from tenure.segments.rules.references import in_levels
from tenure.segments.rules.truths import leaf_truth, truth
from tenure.segments.types import Subject
from tenure.segments.types.conditions import Condition, leaves

if TYPE_CHECKING:
    import ibis.expr.types as ir

NAMED = "segment_named"
"""What each level of named segments is called, with its number behind."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Pass:
    """A compiled set of conditions; `keys` name them in the order of their verdict columns `s0`, `s1`, …

    The evidence of leaf `k` of condition `i` is in the columns `v{i}_{k}` (its value) and `t{i}_{k}` (its truth).
    """

    keys: tuple[int, ...]
    conditions: tuple[Condition, ...]
    needs: Needs
    features: "ir.Table"
    named: tuple["ir.Table", ...]
    verdicts: "ir.Table"
    evidence: "ir.Table"


def compile_pass(
    conditions: Sequence[tuple[int, Condition]], subject: Subject, definitions: Mapping[int, Condition] | None = None
) -> Pass:
    """Compile conditions, each under a key, into one pass.

    `definitions` are the conditions of segments that those refer to, judged in the same pass.
    """
    trees = tuple(condition for _, condition in conditions)
    columns = Columns(trees, subject, definitions)
    features = columns.features()
    row = ibis.table(features.schema(), name=FEATURES)
    named: list[ir.Table] = []
    for level in in_levels({id_: columns.definitions[id_] for id_ in columns.named}):
        inside = {columns.named[id_]: truth(columns.definitions[id_], row, columns) for id_ in level}
        before = [column for column in row.columns if column in columns.named.values()]
        named.append(row.select("id", *before, **inside))
        row = _with_named(ibis.table(features.schema(), name=FEATURES), named[-1], len(named) - 1)
    return Pass(
        keys=tuple(key for key, _ in conditions),
        conditions=trees,
        needs=columns.needs,
        features=features,
        named=tuple(named),
        verdicts=_verdicts(row, columns),
        evidence=_evidence(row, columns),
    )


def _with_named(features: "ir.Table", named: "ir.Table", level: int) -> "ir.Table":
    kept = ibis.table(named.schema(), name=f"{NAMED}{level}").rename(named_id="id")
    return features.inner_join(kept, features.id == kept.named_id).drop("named_id")


def _verdicts(row: "ir.Table", columns: Columns) -> "ir.Table":
    return row.select("id", **{f"s{i}": truth(c, row, columns) for i, c in enumerate(columns.conditions)})


def _evidence(row: "ir.Table", columns: Columns) -> "ir.Table":
    shown: dict[str, Any] = {}
    for i, condition in enumerate(columns.conditions):
        for k, (_, leaf) in enumerate(leaves(condition)):
            shown[f"v{i}_{k}"], shown[f"t{i}_{k}"] = leaf_truth(leaf, row, columns)
    return row.select("id", **shown)
