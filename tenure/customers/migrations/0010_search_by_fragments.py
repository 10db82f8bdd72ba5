"""Index what people and accounts are called by every fragment of up to three characters."""

import django.contrib.postgres.indexes
from django.db import migrations

FRAGMENTS = r"""
CREATE FUNCTION customers_fragments(workspace bigint, said text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT array_to_tsvector(coalesce(array_agg(workspace || ':' || substr(line, place, 3)), '{}'))
    FROM string_to_table(said, E'\n') AS line, generate_series(1, length(line)) AS place
$$;
CREATE INDEX people_by_fragment ON customers_personsearchtext
    USING gin (customers_fragments(workspace_id, said)) WITH (gin_pending_list_limit = 1024);
CREATE INDEX accounts_by_fragment ON customers_accountsearchtext
    USING gin (customers_fragments(workspace_id, said)) WITH (gin_pending_list_limit = 1024);
"""
GONE = """
DROP INDEX people_by_fragment;
DROP INDEX accounts_by_fragment;
DROP FUNCTION customers_fragments;
"""


class Migration(migrations.Migration):
    dependencies = [("customers", "0009_write_search_texts")]

    operations = [
        migrations.AddIndex(
            model_name="accountfacts",
            index=django.contrib.postgres.indexes.GinIndex(fields=["facts"], name="accounts_by_fact"),
        ),
        migrations.RunSQL(FRAGMENTS, GONE),
    ]
