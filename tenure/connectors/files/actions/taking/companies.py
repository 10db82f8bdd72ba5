"""Taking in facts about companies, which become traits of the accounts with their domains."""

from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

from tenure.connectors.company_facts import actions as company_facts
from tenure.connectors.company_facts import queries
from tenure.connectors.company_facts.rules import read_row
from tenure.connectors.company_facts.types import CompanyRow
from tenure.connectors.csv_events.types import Refused
from tenure.connectors.files.actions.taking.cells import as_text, refused_as
from tenure.connectors.files.models import Import
from tenure.connectors.files.rules import columns as rules
from tenure.connectors.files.rules.rows import refusal
from tenure.connectors.files.types import Done, Outcome, Read, Row, RowRefused, Told

REMEMBERED = 100_000


class CompaniesTaker:
    """Keeps what a file says of companies, in the name of the file."""

    at_once = 1_000

    def __init__(self, of: Import) -> None:
        self._names = {c.target.value: c.name for c in rules.restored(of.columns)}
        self._source = of.file_name[:80]
        self._seen: OrderedDict[str, Mapping[str, Any]] = OrderedDict()

    def read(self, row: Row) -> Told | Read | RowRefused:
        """Return what a row says of a company."""
        if row.wrong:
            return refusal(row, row.wrong, "", row.particulars)
        try:
            cells = {field: as_text(row.cells.get(name)) for field, name in self._names.items()}
            return Read(row.number, read_row(cells), row.cells)
        except Refused as refused:
            return refused_as(row, refused, self._names)

    def weigh(self, told: list[Told | Read]) -> tuple[list[Done], list[RowRefused]]:
        """Compare each with what this file said of the company before."""
        rows = [each for each in told if isinstance(each, Read)]
        known = queries.facts_from(self._source, {row.what.domain for row in rows}) | self._seen
        done = []
        for row in rows:
            company: CompanyRow = row.what
            before = known.get(company.domain)
            outcome: Outcome = "new" if before is None else "same" if before == company.facts else "changed"
            known[company.domain] = self._seen[company.domain] = company.facts
            done.append(Done(row, outcome, {"domain": company.domain, **company.facts}))
        while len(self._seen) > REMEMBERED:
            self._seen.popitem(last=False)
        return done, []

    def write(self, of: Import, done: list[Done]) -> None:
        """Keep it, and tell it of the accounts."""
        self._seen.clear()
        rows = [each.told.what for each in done if isinstance(each.told, Read) and each.outcome != "same"]
        assert of.said_at is not None
        company_facts.learn(rows, source=self._source, now=of.said_at)

    def settle(self, of: Import) -> bool:
        """Leave it: what was learnt is told at once."""
        return True
