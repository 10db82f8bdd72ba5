"""How many accounts can be touched at a moment: written down, and which numbers a backtest is shown at."""

import re

from tenure.backtests.types import Reach

COUNTS = (10, 20, 50, 100)
SHARES = (0.01, 0.05, 0.1, 0.2)
MOST_COUNT = 100_000
LEAST_SHARE, MOST_SHARE = 0.001, 0.5
_FEWEST = 5
"""A share that comes to fewer accounts than this at a moment is not shown unless somebody asks for it."""
_WRITTEN = re.compile(r"(\d{1,6}(?:[.,]\d{1,4})?) ?(%?)", re.ASCII)


def is_reach_usable(reach: Reach) -> bool:
    """Tell whether so many can be asked for: 1 to 100,000 accounts, or 0.1 % to half of them."""
    if reach.count is not None:
        return 1 <= reach.count <= MOST_COUNT
    return reach.share is not None and LEAST_SHARE <= reach.share <= MOST_SHARE


def read_reach(text: str) -> Reach | None:
    """Read “20” or “5 %”; None where it is neither, or out of bounds."""
    found = _WRITTEN.fullmatch(text.strip())
    if found is None:
        return None
    number = float(found[1].replace(",", "."))
    if found[2]:
        reach = Reach(share=round(number / 100, 6))
    elif number.is_integer():
        reach = Reach(count=int(number))
    else:
        return None
    return reach if is_reach_usable(reach) else None


def written_reach(reach: Reach) -> str:
    """Write it as `read_reach` reads it: “20”, “5%”."""
    return str(reach.count) if reach.share is None else f"{reach.share * 100:g}%"


def reaches_shown(chosen: Reach, accounts: int) -> list[Reach]:
    """Return at which numbers to show a backtest of so many accounts at a moment: the usual ones, and the chosen one.

    From few to many.
    """
    usual = [Reach(count=n) for n in COUNTS if n <= accounts / 2]
    usual += [Reach(share=share) for share in SHARES if share * accounts >= _FEWEST]
    if chosen not in usual:
        usual.append(chosen)
    return sorted(usual, key=lambda reach: (reach.of(accounts), reach.share is not None))
