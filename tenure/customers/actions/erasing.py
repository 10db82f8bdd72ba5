"""Forgetting people and accounts: the last step of an erasure, after everybody above has forgotten them."""

from django.db import transaction
from django.db.models import Q

from tenure.customers.actions import sql
from tenure.customers.models import Account, Merge, Person, PossibleDuplicate, Reattribution
from tenure.customers.types import CustomerSet, ReattributionKind
from tenure.kernel import tenancy

_OF_ACCOUNTS = (ReattributionKind.ACCOUNT.value, ReattributionKind.SEEN.value)


@transaction.atomic
def erase_customers(customers: CustomerSet) -> dict[str, int]:
    """Delete people and accounts with everything that hangs on them; returns how many rows, by table."""
    sql.lock_identities(tenancy.current_workspace_id())
    people, accounts = list(customers.person_ids), list(customers.account_ids)
    pairs = {
        "person": Q(kind="person") & (Q(first_id__in=people) | Q(second_id__in=people)),
        "account": Q(kind="account") & (Q(first_id__in=accounts) | Q(second_id__in=accounts)),
    }
    done = {
        "customers_merge": Merge.objects.filter(Q(people__overlap=people) | Q(accounts__overlap=accounts)).delete()[0],
        "customers_possibleduplicate": PossibleDuplicate.objects.filter(pairs["person"] | pairs["account"]).delete()[0],
        "customers_reattribution": Reattribution.objects.filter(
            Q(kind__in=_OF_ACCOUNTS, old_id__in=accounts) | (~Q(kind__in=_OF_ACCOUNTS) & Q(old_id__in=people))
        ).delete()[0],
    }
    for model, ids in ((Person, people), (Account, accounts)):
        _, by_table = model.objects.filter(pk__in=ids).delete()
        for label, count in by_table.items():
            name = label.lower().replace(".", "_")
            done[name] = done.get(name, 0) + count
    return {name: count for name, count in done.items() if count}
