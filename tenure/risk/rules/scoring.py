"""The chance of each subject by a model, with what each value adds to it."""

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from tenure.risk.errors import NothingLearnt, TableUnusable
from tenure.risk.rules.cells import as_days, as_numbers, as_words, days_of
from tenure.risk.rules.shapes import hats, steps
from tenure.risk.types import Columns, Model, Part, PartKind, Reason, Scored

Floats = npt.NDArray[np.float64]


def score(model: Model, columns: Columns) -> Iterator[Scored]:
    """Yield each row's chance and reasons, the weightiest first; the reasons and the base add up to the log-odds.

    Raises `NothingLearnt` for a model that does no better than chance, `TableUnusable` when a column is missing, every
    row is, or a cell says no number where numbers were taught.
    """
    if not model.claims:
        raise NothingLearnt(
            f"This model ranks those it was not learnt from with an AUC of {model.auc[0]:.2f} "
            f"({model.auc[1]:.2f} to {model.auc[2]:.2f}): no better than chance may. It scores nobody."
        )
    wanted = [model.subject, *([model.as_of] if model.as_of else []), *(p.name for p in model.parts)]
    if lacking := [name for name in wanted if name not in columns]:
        raise TableUnusable(f"The table lacks what the model was learnt from: {', '.join(lacking)}.", columns=lacking)
    if not columns[model.subject]:
        raise TableUnusable("The table has no rows.")
    adds = np.column_stack([_added(part, columns, model) for part in model.parts])
    odds = model.base + adds.sum(axis=1)
    order = np.argsort(-np.abs(adds), axis=1, kind="stable")
    words = [as_words(columns[part.name]) for part in model.parts]
    known = [frozenset(part.levels) if part.kind is PartKind.WORD else None for part in model.parts]
    for row, id_ in enumerate(columns[model.subject]):
        yield Scored(
            id=id_,
            chance=float(1 / (1 + np.exp(-odds[row]))),
            reasons=tuple(
                Reason(
                    name=model.parts[i].name,
                    value=words[i][row],
                    adds=float(adds[row, i]),
                    is_new=bool(words[i][row]) and known[i] is not None and words[i][row] not in known[i],
                )
                for i in order[row]
            ),
        )


def _added(part: Part, columns: Columns, model: Model) -> Floats:
    """Return what a part adds to each row."""
    texts: Sequence[str] = columns[part.name]
    known = days_of(columns[model.as_of], model.as_of_written) if model.as_of else None
    if known is not None and None in known:
        raise TableUnusable(f"Row {known.index(None) + 1} has no date in {model.as_of!r}.", column=model.as_of)
    if part.kind is PartKind.WORD:
        words = as_words(texts)
        found = steps(words, part.levels) @ np.array([*part.weights, part.other])
        found[[not w for w in words]] = part.missing
        return np.asarray(found)
    given = as_words(texts)
    if part.is_moment:
        numbers = as_days(given, [d for d in known or () if d], part.written)
    else:
        numbers = as_numbers(given, part.written)
    unread = np.isnan(numbers) & np.array([bool(w) and w not in part.strays for w in given])
    if unread.any():
        at = int(unread.argmax())
        raise TableUnusable(f"Row {at + 1} has {given[at]!r} in {part.name!r}, which was a number when learnt from.")
    found = hats(numbers, part.knots) @ np.array(part.weights) if part.knots else np.zeros(len(texts))
    found[np.isnan(numbers)] = part.missing
    return np.asarray(found)
