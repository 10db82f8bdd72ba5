"""What rows put in the place of what was said before, remembered so that imports come off again in any order."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from tenure.connectors.files.models import Import, Replaced


class Replacement(NamedTuple):
    """What was said under a key before a row, and what the row says; None: nothing yet."""

    key: str
    before: Any
    after: Any


def remember(of: Import, replacements: Iterable[Replacement]) -> None:
    """Note what rows replace, in the order in which they do."""
    Replaced.objects.bulk_create([Replaced(of=of, **each._asdict()) for each in replacements], batch_size=2_000)


def given_back(of: Import, portion: Sequence[Replaced], now: Mapping[str, Any]) -> dict[str, Any]:
    """Take what rows said out of what was said under their keys; returns what is to be said again, by key.

    What a later import said stands, and comes back to what was there before the one that goes. `now` is what is said
    under each key: where that is nobody's import's, it stays.
    """
    chains: dict[str, list[Replaced]] = defaultdict(list)
    same_keys = Replaced.objects.select_for_update(of=("self",)).filter(
        key__in={row.key for row in portion}, of__kind=of.kind
    )
    for row in same_keys.order_by("pk"):
        chains[row.key].append(row)
    said, again = dict(now), dict[str, Any]()
    spliced: dict[int, Replaced] = {}
    for gone in sorted(portion, key=lambda row: -row.pk):
        chain = chains[gone.key]
        place = next(n for n, row in enumerate(chain) if row.pk == gone.pk)
        if place + 1 < len(chain):
            chain[place + 1].before = gone.before
            spliced[chain[place + 1].pk] = chain[place + 1]
        elif said.get(gone.key) == gone.after:
            said[gone.key] = again[gone.key] = gone.before
        del chain[place]
    Replaced.objects.bulk_update([spliced[pk] for pk in sorted(spliced)], ["before"], batch_size=2_000)
    Replaced.objects.filter(pk__in=[row.pk for row in portion]).delete()
    return again
