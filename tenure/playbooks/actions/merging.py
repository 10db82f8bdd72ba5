"""Following customers who turned out to be one; a few statements, however many they are."""

from collections.abc import Mapping

from django.db import connection, transaction

from tenure.kernel import tenancy

_PEOPLE = """
    WITH merged AS (SELECT * FROM unnest(%s::bigint[], %s::bigint[]) AS m (old, new)),
         tasks AS (
             UPDATE playbooks_task t SET person_id = merged.new FROM merged
             WHERE t.person_id = merged.old AND t.workspace_id = %s
         )
    UPDATE playbooks_calllog c SET person_id = merged.new FROM merged
    WHERE c.person_id = merged.old AND c.workspace_id = %s
"""
_ACCOUNTS = """
    WITH merged AS (SELECT * FROM unnest(%s::bigint[], %s::bigint[]) AS m (old, new)),
         tasks AS (
             UPDATE playbooks_task t SET account_id = merged.new FROM merged
             WHERE t.account_id = merged.old AND t.workspace_id = %s
         ),
         runs AS (
             UPDATE playbooks_run r SET account_id = merged.new FROM merged
             WHERE r.account_id = merged.old AND r.workspace_id = %s
         )
    UPDATE playbooks_calllog c SET account_id = merged.new FROM merged
    WHERE c.account_id = merged.old AND c.workspace_id = %s
"""


@transaction.atomic
def follow_merged_people(now_is: Mapping[int, int]) -> None:
    """Give the tasks and calls of merged traces to the people they are."""
    _follow(_PEOPLE, now_is, tables=2)


@transaction.atomic
def follow_merged_accounts(now_is: Mapping[int, int]) -> None:
    """Give the work on accounts of one to the accounts they joined. An open run keeps its key: it is its own work."""
    _follow(_ACCOUNTS, now_is, tables=3)


def _follow(statement: str, now_is: Mapping[int, int], *, tables: int) -> None:
    if now_is:
        with connection.cursor() as cursor:
            workspace_ids = [tenancy.current_workspace_id()] * tables
            cursor.execute(statement, [list(now_is), list(now_is.values()), *workspace_ids])
