"""Who holds which accounts now, as columns: owner, model and revenue of every account that is a customer."""

import dataclasses
from collections.abc import Collection, Mapping
from datetime import datetime

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from tenure.billing import queries as billing
from tenure.customers import queries as customers
from tenure.kernel.in_force import NONE, Whole, open_rows
from tenure.touch_models.queries.judging import STANDINGS

NO_OWNER = 0


@dataclasses.dataclass(frozen=True, kw_only=True)
class Held:
    """Accounts in the order of their ids, as columns of one length."""

    ids: Whole
    owners: Whole
    """The member who looks after each; 0 for nobody."""
    models: Whole
    """The place of its model in `names`; −1 for none."""
    names: tuple[str, ...]
    mrr: Whole
    """In minor units of the workspace's currency, as billed."""

    def having(self, models: Collection[str]) -> npt.NDArray[np.bool_]:
        """Tell which of them have one of these models."""
        return np.isin(self.models, [n for n, name in enumerate(self.names) if name in models])

    def each(self, by_model: Mapping[str, int]) -> Whole:
        """Return, for each, what is said of its model; 0 where nothing is."""
        said = np.array([by_model.get(name, 0) for name in self.names] + [0], np.int64)  # the last is for none
        return said[self.models]


def held_accounts(now: datetime) -> Held:
    """Return the accounts that are customers now; churned ones are left out."""
    facts = customers.account_facts()
    here = facts.filter(pc.is_null(facts["churned_at"])).sort_by("account_id")
    ids = here["account_id"].to_numpy()
    open_now = open_rows(STANDINGS)
    mine = open_now.of(ids)
    models = np.full(len(ids), NONE, np.int64)
    models[mine != NONE] = open_now.things[mine[mine != NONE]]
    return Held(
        ids=ids,
        owners=pc.fill_null(here["owner_id"], NO_OWNER).to_numpy(),
        models=models,
        names=open_now.names,
        mrr=revenue_of(ids, billing.mrr_of_accounts(now)),
    )


def revenue_of(ids: Whole, paying: pa.Table) -> Whole:
    """Return, for each account, what it pays by a table of those that do."""
    payers, mrr = paying["account_id"].to_numpy(), paying["mrr"].to_numpy()
    if not len(payers):
        return np.zeros(len(ids), np.int64)
    order = np.argsort(payers)
    at = np.searchsorted(payers, ids, sorter=order).clip(max=len(payers) - 1)
    return np.where(payers[order[at]] == ids, mrr[order[at]], 0).astype(np.int64)
