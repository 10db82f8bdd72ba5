"""What an erasure would reach, counted before anybody asks for it."""

from tenure.customers import queries as customers
from tenure.customers.types import CustomerSet
from tenure.kernel import keeping, tenancy
from tenure.lake import engine, tables
from tenure.privacy.queries.exporting import DOMAINS
from tenure.privacy.types import Reach, SubjectKind
from tenure.tracking.types.lake import EVENTS


def reach(kind: SubjectKind, pk: int) -> Reach:
    """Count what an erasure would delete and what it would empty; raises `NoSuchPerson` or `NoSuchAccount`."""
    everything = customers.everything_of_person if kind is SubjectKind.PERSON else customers.everything_of_account
    found = everything(pk)
    by_domain = {domain: keeping.reach(domain, found.named) for domain in DOMAINS}
    goes = {domain: go for domain, (go, _stay) in by_domain.items() if go}
    goes["customers"] = goes.get("customers", 0) + len(found.person_ids) + len(found.account_ids)
    return Reach(
        people=customers.people().filter(pk__in=found.person_ids).count(),
        accounts=customers.accounts().filter(pk__in=found.account_ids, is_solo=False).count(),
        events=_events(found),
        goes=goes,
        emptied={domain: stay for domain, (_go, stay) in by_domain.items() if stay},
    )


def _events(found: CustomerSet) -> int:
    parquet = tables.files(tenancy.current_workspace_id(), EVENTS)
    if not parquet:
        return 0
    engine.name_files("reach_events", EVENTS, parquet)
    people = ", ".join(map(str, found.person_ids)) or "-1"
    accounts = ", ".join(map(str, found.account_ids)) or "-1"
    counted = engine.run_sql(
        f"SELECT count(*) AS n FROM reach_events WHERE person_id IN ({people}) OR account_id IN ({accounts})"  # noqa: S608
    )
    return int(counted["n"][0].as_py())
