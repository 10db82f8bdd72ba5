"""Which accounts belong to which."""

from collections.abc import Mapping
from typing import NamedTuple

from tenure.customers.types import Micros

PARENT_TRAITS = ("parent_id", "parentId", "parentAccountId")
"""Traits by which a product says the parent of an account, by the parent's own id; the first one known counts."""


class Wanted(NamedTuple):
    """An account is said to belong to `parent` since `at`."""

    parent: int
    at: Micros


def believed(wanted: Mapping[int, Wanted]) -> dict[int, int]:
    """Say who belongs to whom; of the links that form a circle, the youngest is not believed.

    So the answer does not depend on the order in which the links were learnt.
    """
    links = dict(wanted)
    done: set[int] = set()
    for start in sorted(links):
        path: list[int] = []
        on_path: set[int] = set()
        here = start
        while here in links and here not in done and here not in on_path:
            path.append(here)
            on_path.add(here)
            here = links[here].parent
        if here in on_path:
            circle = path[path.index(here) :]
            del links[max(circle, key=lambda child: (links[child].at, child))]
        done.update(path)
    return {child: link.parent for child, link in links.items()}
