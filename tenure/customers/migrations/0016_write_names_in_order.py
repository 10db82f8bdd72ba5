"""Write what everybody there already is sorted by, and which numbers accounts have, ten thousand at a time."""

from typing import Any

from django.db import migrations

_AT_ONCE = 10_000
_WRITTEN = (
    (
        "customers_personsearchtext",
        "person_id",
        """
        UPDATE customers_personsearchtext t SET name_key = nullif(lower(p.name), '') FROM customers_person p
        WHERE p.id = t.person_id AND t.person_id > %s AND t.person_id <= %s
          AND t.name_key IS DISTINCT FROM nullif(lower(p.name), '')
        """,
    ),
    (
        "customers_accountsearchtext",
        "account_id",
        """
        UPDATE customers_accountsearchtext t SET name_key = lower(a.name) FROM customers_account a
        WHERE a.id = t.account_id AND t.account_id > %s AND t.account_id <= %s
          AND t.name_key IS DISTINCT FROM lower(a.name)
        """,
    ),
    (
        "customers_accountfacts",
        "account_id",
        """
        UPDATE customers_accountfacts t SET facts = customers_facts(a.workspace_id, a.traits) FROM customers_account a
        WHERE a.id = t.account_id AND t.account_id > %s AND t.account_id <= %s
          AND t.facts IS DISTINCT FROM customers_facts(a.workspace_id, a.traits)
        """,
    ),
)


def write_all(apps: Any, schema_editor: Any) -> None:
    """Go through the ids in order; each portion is a transaction of its own."""
    with schema_editor.connection.cursor() as cursor:
        for table, column, statement in _WRITTEN:
            after = 0
            while True:
                cursor.execute(
                    f"SELECT max({column}) FROM"  # noqa: S608
                    f" (SELECT {column} FROM {table} WHERE {column} > %s ORDER BY {column} LIMIT %s) AS part",
                    [after, _AT_ONCE],
                )
                ((last,),) = cursor.fetchall()
                if last is None:
                    break
                cursor.execute(statement, [after, last])
                after = last


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("customers", "0015_keep_names_in_order_for_searching")]

    operations = [migrations.RunPython(write_all, migrations.RunPython.noop)]
