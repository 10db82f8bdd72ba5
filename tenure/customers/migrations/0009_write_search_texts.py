"""Write what everybody there is already is searched by, ten thousand at a time; safe to repeat."""

from typing import Any

from django.db import migrations

_AT_ONCE = 10_000
_WRITTEN = (
    (
        "person",
        """
        INSERT INTO customers_personsearchtext (person_id, workspace_id, said)
        SELECT id, workspace_id, customers_said(name, email, external_id) FROM customers_person
        WHERE id > %s AND id <= %s AND merged_into_id IS NULL AND NOT is_anonymous
        ON CONFLICT (person_id) DO NOTHING
        """,
    ),
    (
        "account",
        """
        INSERT INTO customers_accountsearchtext (account_id, workspace_id, said)
        SELECT id, workspace_id, customers_said(name, domain, external_id) FROM customers_account
        WHERE id > %s AND id <= %s AND merged_into_id IS NULL
        ON CONFLICT (account_id) DO NOTHING
        """,
    ),
    (
        "account",
        """
        INSERT INTO customers_accountfacts (account_id, workspace_id, facts)
        SELECT id, workspace_id, customers_facts(workspace_id, traits) FROM customers_account
        WHERE id > %s AND id <= %s AND merged_into_id IS NULL
        ON CONFLICT (account_id) DO NOTHING
        """,
    ),
)


def write_all(apps: Any, schema_editor: Any) -> None:
    """Go through the ids in order; each portion is a transaction of its own."""
    with schema_editor.connection.cursor() as cursor:
        for subject, statement in _WRITTEN:
            after = 0
            while True:
                cursor.execute(
                    f"SELECT max(id) FROM (SELECT id FROM customers_{subject} WHERE id > %s ORDER BY id LIMIT %s) part",  # noqa: S608
                    [after, _AT_ONCE],
                )
                ((last,),) = cursor.fetchall()
                if last is None:
                    break
                cursor.execute(statement, [after, last])
                after = last


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("customers", "0008_sort_lists_of_millions")]

    operations = [migrations.RunPython(write_all, migrations.RunPython.noop)]
