"""Index names in their order together with all that is searched, but for the few that are too long for that.

And let the marks of fragments come before them, so that one or two characters are told apart as well.
"""

import django.db.models.lookups
from django.db import migrations, models

FRAGMENTS = r"""
DROP INDEX people_by_fragment;
DROP INDEX accounts_by_fragment;
CREATE OR REPLACE FUNCTION customers_fragments(workspace bigint, said text, name_key text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT array_to_tsvector(coalesce(array_agg(
        workspace || CASE
            WHEN NOT starts_with(begun, left(line, place + 2)) THEN ':'
            WHEN place = 1 THEN '^'
            ELSE '|' END || substr(line, place, 3)
    ), '{}'))
    FROM (SELECT CASE WHEN lower(upper(name_key)) = name_key AND name_key !~ '[σς]' THEN upper(name_key) ELSE '' END
         ) AS sorted_by (begun),
         string_to_table(said, E'\n') AS line, generate_series(1, length(line)) AS place
$$;
CREATE INDEX people_by_fragment ON customers_personsearchtext
    USING gin (customers_fragments(workspace_id, said, name_key)) WITH (gin_pending_list_limit = 1024);
CREATE INDEX accounts_by_fragment ON customers_accountsearchtext
    USING gin (customers_fragments(workspace_id, said, name_key)) WITH (gin_pending_list_limit = 1024);
"""
_LENGTH = models.Func("said", function="octet_length", output_field=models.IntegerField())
_FITS = models.Q(django.db.models.lookups.LessThanOrEqual(_LENGTH, 1000))
_IS_LONG = models.Q(django.db.models.lookups.GreaterThan(_LENGTH, 1000))


def _indexes(model: str, subject: str, subjects: str) -> list[migrations.AddIndex]:
    return [
        migrations.AddIndex(
            model_name=model,
            index=models.Index(
                condition=_FITS,
                fields=["workspace", "name_key", subject],
                include=("said",),
                name=f"{subjects}_searched_by_name",
            ),
        ),
        migrations.AddIndex(
            model_name=model,
            index=models.Index(condition=_IS_LONG, fields=["workspace"], name=f"{subjects}_with_long_names"),
        ),
    ]


class Migration(migrations.Migration):
    dependencies = [("customers", "0017_tell_beginnings_of_names_apart")]

    operations = [
        migrations.RunSQL(FRAGMENTS),
        *_indexes("accountsearchtext", "account", "accounts"),
        *_indexes("personsearchtext", "person", "people"),
    ]
