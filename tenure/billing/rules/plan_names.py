"""Plans that are written in one text between commas, told apart, though a plan's own name may hold a comma. Pure."""

from collections.abc import Collection, Sequence

BETWEEN = ", "


def plans_in(text: str, with_commas: Collection[str]) -> Sequence[str]:
    """Return the plans a text names; of `with_commas`, the names that hold a comma themselves, the longest wins."""
    parts = text.split(BETWEEN)
    found: list[str] = []
    while parts:
        ends = [n for n in range(len(parts), 1, -1) if BETWEEN.join(parts[:n]) in with_commas]
        taken = ends[0] if ends else 1
        found.append(BETWEEN.join(parts[:taken]))
        parts = parts[taken:]
    return [name for name in found if name]
