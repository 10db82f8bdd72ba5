"""Index addresses in their order with all that is searched, and apart the fragments that an address begins with.

And walk by when somebody was last seen without looking at them.
"""

import django.db.models.lookups
from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models

_FITS = models.Q(
    django.db.models.lookups.LessThanOrEqual(
        models.Func("said", function="octet_length", output_field=models.IntegerField()), 1000
    )
)

_THERE = models.Q(("merged_into", None))
_KNOWN = models.Q(("is_anonymous", False), ("merged_into", None))


def _seen(model: str, subjects: str, condition: models.Q) -> list[migrations.operations.base.Operation]:
    return [
        AddIndexConcurrently(
            model_name=model,
            index=models.Index(
                condition=condition, fields=["workspace", "last_seen_about", "id"], name=f"{subjects}_by_seen_about"
            ),
        ),
        RemoveIndexConcurrently(model_name=model, name=f"{subjects}_by_last_seen"),
    ]


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("customers", "0021_write_addresses_in_order")]

    operations = [
        AddIndexConcurrently(
            model_name="personsearchtext",
            index=models.Index(
                condition=_FITS,
                fields=["workspace", "email_key", "person"],
                include=("said",),
                name="people_searched_by_address",
            ),
        ),
        migrations.RunSQL("DROP INDEX CONCURRENTLY IF EXISTS people_by_fragment"),
        migrations.RunSQL(
            "CREATE INDEX CONCURRENTLY people_by_fragment ON customers_personsearchtext"
            " USING gin (customers_fragments(workspace_id, said, name_key, email_key))"
            " WITH (gin_pending_list_limit = 1024)",
            migrations.RunSQL.noop,
        ),
        *_seen("account", "accounts", _THERE),
        *_seen("person", "people", _KNOWN),
    ]
