"""When facts about companies are asked for, and told to accounts whose domain becomes known."""

from datetime import datetime, timedelta

from tenure.connectors.company_facts import actions
from tenure.connectors.company_facts.models import CompanyFacts, FactsProvider
from tenure.customers.announcements import AccountTraitsChanged
from tenure.kernel import tenancy
from tenure.kernel.jobs import due_once, stage

TURN = timedelta(minutes=1)
TOLD_EVERY = timedelta(minutes=5)


@stage("company_facts", every=30.0, order=85, lane="slow")
def refresh_facts(now: datetime) -> int:
    """Ask providers about accounts' companies, each once a day, and tell accounts that are new what is known."""
    asked = 0
    for workspace_id in FactsProvider.everywhere.order_by("workspace_id").values_list("workspace_id", flat=True):
        if due_once("company_facts", workspace_id, now, TURN):
            with tenancy.scope(workspace_id):
                actions.ask_provider(now=now)
            asked += 1
    having = CompanyFacts.everywhere.order_by("workspace_id").values_list("workspace_id", flat=True)
    for workspace_id in having.distinct():
        if due_once("company_facts_told", workspace_id, now, TOLD_EVERY):
            with tenancy.scope(workspace_id):
                actions.tell_known()
    return asked


def on_account_traits_changed(batch: list[AccountTraitsChanged]) -> None:
    """Tell accounts whose domain was said otherwise than by events what is known of it."""
    if CompanyFacts.objects.exists():
        actions.tell_known({i for said in batch for i in said.account_ids})
