"""Mark what the audit trail holds, so that the texts of somebody erased are found without reading all of it."""

import hashlib
from collections.abc import Iterator
from typing import Any

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
from django.db import migrations, models

_AT_ONCE = 2_000


def _texts(said: Any) -> Iterator[str]:
    if isinstance(said, str):
        yield said
        yield from said.split(" → ")
    elif isinstance(said, list):
        for each in said:
            yield from _texts(each)
    elif isinstance(said, dict):
        for each in said.values():
            yield from _texts(each)


def _mark(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(errors="surrogatepass"), digest_size=8).digest(), signed=True)


def mark_what_is_there(apps: Any, schema_editor: Any) -> None:
    """Give every entry its marks."""
    entries, after = apps.get_model("workspaces", "AuditEntry")._base_manager, 0
    while found := list(entries.filter(pk__gt=after).order_by("pk")[:_AT_ONCE]):
        for each in found:
            each.marks = sorted({_mark(t.casefold()) for t in _texts([each.subject, each.details])})
        entries.bulk_update(found, ["marks"])
        after = found[-1].pk


class Migration(migrations.Migration):
    dependencies = [("workspaces", "0003_remember_when_a_key_was_heard")]

    operations = [
        migrations.AddField(
            model_name="auditentry",
            name="marks",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(), db_default=models.Value("{}"), default=list, size=None
            ),
        ),
        migrations.AddIndex(
            model_name="auditentry",
            index=django.contrib.postgres.indexes.GinIndex(fields=["marks"], name="audit_by_marks"),
        ),
        migrations.RunPython(mark_what_is_there, migrations.RunPython.noop, elidable=True),
    ]
