"""Taking in what winning customers costs."""

import dataclasses
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from tenure.billing import actions as billing
from tenure.billing import queries as told_before
from tenure.billing.types import SpendRecord
from tenure.connectors.csv_billing.mapping import SOURCE, SpendReader
from tenure.connectors.csv_billing.types import SpendField
from tenure.connectors.csv_events.types import Refused
from tenure.connectors.files.actions.replacing import Replacement, remember
from tenure.connectors.files.actions.taking.cells import as_text, names, places, refused_as, said_by
from tenure.connectors.files.models import Import
from tenure.connectors.files.rules import columns as rules
from tenure.connectors.files.rules.rows import refusal
from tenure.connectors.files.types import Done, Outcome, Read, Row, RowRefused, Told
from tenure.kernel import tenancy
from tenure.kernel.money import in_units
from tenure.workspaces import queries as workspaces

REMEMBERED = 100_000
LONGEST_CHANNEL = 120


class SpendTaker:
    """Takes down what was spent; the same days and channel again replace what was said before."""

    at_once = 1_000

    def __init__(self, of: Import) -> None:
        columns = rules.restored(of.columns)
        self._header, self._names = of.header, names(columns)
        at = {SpendField(field): place for field, place in places(columns, of.header).items()}
        currency = workspaces.workspace(tenancy.current_workspace_id()).currency
        self._reader = SpendReader(at, source=said_by(of), currency=currency, zone=ZoneInfo(of.timezone))
        self._seen: OrderedDict[str, SpendRecord] = OrderedDict()
        self._replaced: list[Replacement] = []
        self._said_by = said_by(of)

    def read(self, row: Row) -> Told | Read | RowRefused:
        """Return what a row says was spent."""
        if row.wrong:
            return refusal(row, row.wrong, "", row.particulars)
        try:
            cells = [as_text(row.cells.get(name)) for name in self._header]
            return Read(row.number, self._reader.read(row.number, cells), row.cells)
        except Refused as refused:
            return refused_as(row, refused, self._names)

    def weigh(self, told: list[Told | Read]) -> tuple[list[Done], list[RowRefused]]:
        """Compare each with what was said of the same days and channel."""
        rows = [each for each in told if isinstance(each, Read)]
        known = told_before.spend_told(SOURCE, {row.what.external_id for row in rows}) | self._seen
        done = []
        self._replaced = []
        for row in rows:
            spend: SpendRecord = row.what
            before = known.get(spend.external_id)
            outcome: Outcome = "new" if before is None else "same" if _content(before) == _content(spend) else "changed"
            if outcome != "same":
                said = (None if before is None else _content(before), _content(spend))
                self._replaced.append(Replacement(spend.external_id, *map(msgspec.to_builtins, said)))
            known[spend.external_id] = self._seen[spend.external_id] = spend
            done.append(Done(row, outcome, _shown(spend)))
        while len(self._seen) > REMEMBERED:
            self._seen.popitem(last=False)
        return done, []

    def write(self, of: Import, done: list[Done]) -> None:
        """Take it down."""
        self._seen.clear()
        remember(of, self._replaced)
        billing.record_spend([d.told.what for d in done if d.outcome != "same" and isinstance(d.told, Read)])

    def settle(self, of: Import) -> bool:
        """Leave it: what was taken down is known at once."""
        return True

    def said_now(self, keys: Iterable[str]) -> dict[str, Any]:
        """Return what is said to have been spent under these keys, as it is remembered."""
        told = told_before.spend_told(SOURCE, set(keys))
        return {key: msgspec.to_builtins(_content(spend)) for key, spend in told.items()}

    def say_again(self, said: Mapping[str, Any]) -> None:
        """Say what was said before; nothing of what is None."""
        billing.withdraw_spend(SOURCE, [key for key, before in said.items() if before is None])
        again = [msgspec.convert(before, SpendRecord) for before in said.values() if before is not None]
        billing.record_spend([dataclasses.replace(s, provenance=f"before {self._said_by}") for s in again])


def _content(spend: SpendRecord) -> SpendRecord:
    return dataclasses.replace(spend, channel=spend.channel[:LONGEST_CHANNEL], provenance="")


def _shown(spend: SpendRecord) -> dict[str, Any]:
    amount = f"{in_units(spend.amount.amount, spend.amount.currency)} {spend.amount.currency}"
    return {"from": spend.first.isoformat(), "to": spend.last.isoformat(), "channel": spend.channel, "amount": amount}
