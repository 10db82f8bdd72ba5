"""Write the addresses that everybody there already is sorted by, ten thousand at a time; safe to repeat."""

from typing import Any

from django.db import migrations

_AT_ONCE = 10_000
_LAST = """
SELECT max(person_id) FROM (
    SELECT person_id FROM customers_personsearchtext WHERE person_id > %s ORDER BY person_id LIMIT %s
) AS part
"""
_WRITTEN = """
UPDATE customers_personsearchtext t SET email_key = lower(p.email) FROM customers_person p
WHERE p.id = t.person_id AND t.person_id > %s AND t.person_id <= %s AND p.email <> ''
  AND t.email_key IS DISTINCT FROM lower(p.email)
"""


def write_all(apps: Any, schema_editor: Any) -> None:
    """Go through the ids in order; each portion is a transaction of its own."""
    with schema_editor.connection.cursor() as cursor:
        after = 0
        while True:
            cursor.execute(_LAST, [after, _AT_ONCE])
            ((last,),) = cursor.fetchall()
            if last is None:
                return
            cursor.execute(_WRITTEN, [after, last])
            after = last


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("customers", "0020_keep_addresses_in_order_for_searching")]

    operations = [migrations.RunPython(write_all, migrations.RunPython.noop)]
