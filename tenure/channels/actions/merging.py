"""Following customers who turned out to be one; two statements, however many they are."""

from collections.abc import Mapping

from django.db import connection, transaction

from tenure.kernel import tenancy

_FOLLOW = {
    "messages of people": """
        UPDATE channels_outgoingmessage m SET person_id = merged.new
        FROM unnest(%s::bigint[], %s::bigint[]) AS merged (old, new)
        WHERE m.person_id = merged.old AND m.workspace_id = %s
    """,
    "unsubscribes of people": """
        UPDATE channels_unsubscribe u SET person_id = merged.new
        FROM unnest(%s::bigint[], %s::bigint[]) AS merged (old, new)
        WHERE u.person_id = merged.old AND u.workspace_id = %s
    """,
    "messages of accounts": """
        UPDATE channels_outgoingmessage m SET account_id = merged.new
        FROM unnest(%s::bigint[], %s::bigint[]) AS merged (old, new)
        WHERE m.account_id = merged.old AND m.workspace_id = %s
    """,
}


@transaction.atomic
def follow_merged_people(now_is: Mapping[int, int]) -> None:
    """Give what belonged to merged traces to the people they are: messages, and above all what they said no to."""
    _follow("messages of people", now_is)
    _follow("unsubscribes of people", now_is)


@transaction.atomic
def follow_merged_accounts(now_is: Mapping[int, int]) -> None:
    """Give the messages of accounts of one to the accounts they joined."""
    _follow("messages of accounts", now_is)


def _follow(what: str, now_is: Mapping[int, int]) -> None:
    if now_is:
        with connection.cursor() as cursor:
            cursor.execute(_FOLLOW[what], [list(now_is), list(now_is.values()), tenancy.current_workspace_id()])
