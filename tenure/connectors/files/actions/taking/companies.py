"""Taking in facts about companies, which become traits of the accounts with their domains."""

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from tenure.connectors.company_facts import actions as company_facts
from tenure.connectors.company_facts import queries
from tenure.connectors.company_facts.rules import read_row
from tenure.connectors.company_facts.types import CompanyRow, Learnt
from tenure.connectors.csv_events.types import Refused
from tenure.connectors.files.actions.replacing import Replacement, remember
from tenure.connectors.files.actions.taking.cells import as_text, refused_as
from tenure.connectors.files.models import Import
from tenure.connectors.files.rules import columns as rules
from tenure.connectors.files.rules.rows import refusal
from tenure.connectors.files.types import Done, Outcome, Read, Row, RowRefused, Told
from tenure.kernel import clock

REMEMBERED = 100_000


class CompaniesTaker:
    """Keeps what a file says of companies, in the name of the file."""

    at_once = 1_000

    def __init__(self, of: Import) -> None:
        self._names = {c.target.value: c.name for c in rules.restored(of.columns)}
        self.source = of.file_name[:80]
        self._said_at = of.said_at or clock.now()
        self._seen: OrderedDict[str, Learnt] = OrderedDict()
        self._replaced: list[Replacement] = []

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
        known = queries.learnt_from(self.source, {row.what.domain for row in rows}) | self._seen
        done = []
        self._replaced = []
        for row in rows:
            company: CompanyRow = row.what
            before = known.get(company.domain)
            outcome: Outcome = "new" if before is None else "same" if before.facts == company.facts else "changed"
            if outcome == "same":
                done.append(Done(row, outcome, {"domain": company.domain, **company.facts}))
                continue
            said = Learnt(dict(company.facts), self._said_at)
            self._replaced.append(Replacement(self._key(company.domain), *map(_kept, (before, said))))
            known[company.domain] = self._seen[company.domain] = said
            done.append(Done(row, outcome, {"domain": company.domain, **company.facts}))
        while len(self._seen) > REMEMBERED:
            self._seen.popitem(last=False)
        return done, []

    def write(self, of: Import, done: list[Done]) -> None:
        """Keep it, and tell it of the accounts."""
        self._seen.clear()
        remember(of, self._replaced)
        rows = [each.told.what for each in done if isinstance(each.told, Read) and each.outcome != "same"]
        company_facts.learn(rows, source=self.source, now=self._said_at)

    def settle(self, of: Import) -> bool:
        """Leave it: what was learnt is told at once."""
        return True

    def said_now(self, keys: Iterable[str]) -> dict[str, Any]:
        """Return what is kept of companies under these keys, as it is remembered."""
        known = queries.learnt_from(self.source, {key.partition(" ")[0] for key in keys})
        return {self._key(domain): _kept(learnt) for domain, learnt in known.items()}

    def say_again(self, said: Mapping[str, Any]) -> None:
        """Keep what was known before; nothing of what is None."""
        company_facts.put_back(
            {key.partition(" ")[0]: _restored(before) for key, before in said.items()}, source=self.source
        )

    def _key(self, domain: str) -> str:
        return f"{domain} {self.source}"


def _kept(learnt: Learnt | None) -> dict[str, Any] | None:
    return {"facts": dict(learnt.facts), "learnt_at": learnt.at.isoformat()} if learnt else None


def _restored(kept: Mapping[str, Any] | None) -> Learnt | None:
    return Learnt(kept["facts"], datetime.fromisoformat(kept["learnt_at"])) if kept else None
