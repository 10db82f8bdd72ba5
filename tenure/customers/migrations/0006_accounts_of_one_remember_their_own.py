"""Keep, of accounts of one, the times of what they were told themselves only: the rest is their person's."""

from typing import Any

from django.db import migrations

_AT_ONCE = 10_000


def forget_times_of_people(apps: Any, schema_editor: Any) -> None:
    """Leave the times of traits that have a history of their own."""
    with schema_editor.connection.cursor() as cursor:
        after = 0
        while True:
            cursor.execute(
                """
                WITH part AS (
                    SELECT id, trait_times FROM customers_account WHERE is_solo AND id > %s ORDER BY id LIMIT %s
                ), own AS (
                    UPDATE customers_account a SET trait_times = coalesce((
                        SELECT jsonb_object_agg(t.key, t.value) FROM jsonb_each(part.trait_times) t
                        WHERE EXISTS (
                            SELECT FROM customers_traitchange c WHERE c.account_id = part.id AND c.name = t.key
                        )
                    ), '{}')
                    FROM part WHERE a.id = part.id AND part.trait_times <> '{}'
                )
                SELECT max(id) FROM part
                """,
                [after, _AT_ONCE],
            )
            ((last,),) = cursor.fetchall()
            if last is None:
                return
            after = last


class Migration(migrations.Migration):
    dependencies = [("customers", "0005_identity_at_full_strength")]

    operations = [migrations.RunPython(forget_times_of_people, migrations.RunPython.noop, elidable=True)]
