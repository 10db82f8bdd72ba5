"""Taking subscriptions in: states of them for the ledger, which is worked out from everything said."""

import dataclasses
from collections import OrderedDict, defaultdict
from typing import Any
from zoneinfo import ZoneInfo

from tenure.billing import actions as billing
from tenure.billing import queries as told_before
from tenure.billing.types import SubscriptionState
from tenure.connectors.csv_billing.mapping import SOURCE, SubscriptionReader
from tenure.connectors.csv_billing.types import SubscriptionField
from tenure.connectors.csv_events.types import Refused
from tenure.connectors.files.actions.taking.cells import as_text, names, places, refused_as, said_by
from tenure.connectors.files.models import Import, Touched
from tenure.connectors.files.rules import columns as rules
from tenure.connectors.files.rules.rows import refusal
from tenure.connectors.files.types import Done, Outcome, Read, Row, RowRefused, Told
from tenure.customers.queries import matching
from tenure.kernel import clock, tenancy
from tenure.kernel.money import in_units, whole_minor
from tenure.workspaces import queries as workspaces

REMEMBERED = 100_000


class SubscriptionsTaker:
    """Tells the ledger states that are news: not told for that moment, and other than what holds then."""

    at_once = 1_000

    def __init__(self, of: Import) -> None:
        columns = rules.restored(of.columns)
        self._header, self._names = of.header, names(columns)
        at = {SubscriptionField(field): place for field, place in places(columns, of.header).items()}
        currency = workspaces.workspace(tenancy.current_workspace_id()).currency
        now, zone = of.said_at or clock.now(), ZoneInfo(of.timezone)
        self._reader = SubscriptionReader(at, source=said_by(of), currency=currency, now=now, zone=zone)
        self._seen: OrderedDict[str, list[SubscriptionState]] = OrderedDict()

    def read(self, row: Row) -> Told | Read | RowRefused:
        """Return the state a row tells."""
        if row.wrong:
            return refusal(row, row.wrong, "", row.particulars)
        try:
            state = self._reader.read(row.number, [as_text(row.cells.get(name)) for name in self._header])
            if wrong := billing.fault(state):
                raise Refused("subscription_unusable", value=wrong)
        except Refused as refused:
            return refused_as(row, refused, self._names)
        return Read(row.number, state, row.cells)

    def weigh(self, told: list[Told | Read]) -> tuple[list[Done], list[RowRefused]]:
        """Compare each state with the newest one that was told of its subscription before."""
        rows = [each for each in told if isinstance(each, Read)]
        stored = told_before.states_of(SOURCE, {row.what.external_id for row in rows})
        done = []
        for row in rows:
            state: SubscriptionState = row.what
            before = [*stored.get(state.external_id, ()), *self._seen.get(state.external_id, ())]
            newest = max((s for s in before if s.as_of <= state.as_of), key=lambda s: s.as_of, default=None)
            outcome: Outcome = "new" if not before else "changed"
            if newest is not None and _content(newest) == _content(state):
                outcome = "same"
            else:
                self._seen.setdefault(state.external_id, []).append(state)
                self._seen.move_to_end(state.external_id)
            done.append(Done(row, outcome, _shown(state)))
        while len(self._seen) > REMEMBERED:
            self._seen.popitem(last=False)
        return done, []

    def write(self, of: Import, done: list[Done]) -> None:
        """Tell the ledger, and note whose it was."""
        self._seen.clear()
        news = [each.told.what for each in done if each.outcome != "same" and isinstance(each.told, Read)]
        named = {state.account for state in news}
        known = matching.accounts_by_external_ids(named)
        recorded = billing.record_subscription_states(news)
        made = matching.accounts_by_external_ids(named - set(known))
        touched: defaultdict[int, bool] = defaultdict(bool)
        touched |= dict.fromkeys(sorted(recorded.accounts | set(known.values())), False)
        touched |= dict.fromkeys(made.values(), True)
        Touched.objects.bulk_create(
            [Touched(of=of, account_id=account, was_made=was_made) for account, was_made in sorted(touched.items())],
            ignore_conflicts=True,
        )

    def settle(self, of: Import) -> bool:
        """Leave it: the ledger is worked out at once."""
        return True


def _content(state: SubscriptionState) -> SubscriptionState:
    return dataclasses.replace(state, as_of=state.started_at, provenance="")


def _shown(state: SubscriptionState) -> dict[str, Any]:
    (item,) = state.items
    bill = in_units(whole_minor(told_before.bill_of(state)), state.currency)
    each = f"{item.interval.count} {item.interval.unit.value}s" if item.interval.count > 1 else item.interval.unit.value
    return {
        "subscription": state.external_id, "plan": item.plan_name, "status": state.status.value,
        "amount": f"{bill} {state.currency}", "interval": each,
    }  # fmt: skip
