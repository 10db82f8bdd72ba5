"""Keep beside what somebody is searched by the name they are sorted by; say which numbers accounts have as facts."""

from django.db import migrations, models

FUNCTIONS = r"""
CREATE FUNCTION customers_fragments(workspace bigint, said text, name_key text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT array_to_tsvector(coalesce(array_agg(
        workspace || ':' || substr(line, place, 3) || CASE
            WHEN NOT starts_with(begun, left(line, place + 2)) THEN ''
            WHEN place = 1 THEN E'\x02'
            ELSE E'\x01' END
    ), '{}'))
    FROM (SELECT CASE WHEN lower(upper(name_key)) = name_key AND name_key !~ '[σς]' THEN upper(name_key) ELSE '' END
         ) AS sorted_by (begun),
         string_to_table(said, E'\n') AS line, generate_series(1, length(line)) AS place
$$;

CREATE OR REPLACE FUNCTION customers_people_written() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO customers_personsearchtext (person_id, workspace_id, said, name_key)
    SELECT id, workspace_id, customers_said(name, email, external_id), nullif(lower(name), '') FROM written
    WHERE merged_into_id IS NULL AND NOT is_anonymous;
    RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION customers_person_renamed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.merged_into_id IS NULL AND NOT NEW.is_anonymous THEN
        INSERT INTO customers_personsearchtext (person_id, workspace_id, said, name_key)
        VALUES (NEW.id, NEW.workspace_id, customers_said(NEW.name, NEW.email, NEW.external_id),
                nullif(lower(NEW.name), ''))
        ON CONFLICT (person_id) DO UPDATE SET said = EXCLUDED.said, name_key = EXCLUDED.name_key;
    ELSE
        DELETE FROM customers_personsearchtext WHERE person_id = NEW.id;
    END IF;
    RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION customers_accounts_written() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO customers_accountsearchtext (account_id, workspace_id, said, name_key)
    SELECT id, workspace_id, customers_said(name, domain, external_id), lower(name) FROM written
    WHERE merged_into_id IS NULL;
    INSERT INTO customers_accountfacts (account_id, workspace_id, facts)
    SELECT id, workspace_id, customers_facts(workspace_id, traits) FROM written WHERE merged_into_id IS NULL;
    RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION customers_account_renamed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.merged_into_id IS NULL THEN
        INSERT INTO customers_accountsearchtext (account_id, workspace_id, said, name_key)
        VALUES (NEW.id, NEW.workspace_id, customers_said(NEW.name, NEW.domain, NEW.external_id), lower(NEW.name))
        ON CONFLICT (account_id) DO UPDATE SET said = EXCLUDED.said, name_key = EXCLUDED.name_key;
    ELSE
        DELETE FROM customers_accountsearchtext WHERE account_id = NEW.id;
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION customers_facts(workspace bigint, traits jsonb) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(array_agg(workspace || fact) FILTER (WHERE fact IS NOT NULL), '{}') FROM (
        SELECT unnest(ARRAY[
            '?' || key,
            ':' || key || '=' || left(upper(value #>> '{}'), 200),
            prefix || digits,
            prefix || digits || '=' || least(trunc(size * 10::numeric ^ (3 - digits)), 999)
        ])
        FROM (
            SELECT key, value, size, '#' || key || CASE WHEN number < 0 THEN '-' ELSE '+' END AS prefix,
                   CASE WHEN size < 1 THEN 0 ELSE least(length(trunc(size)::text), 19) END AS digits
            FROM (
                SELECT key, value, number, abs(number) AS size FROM (
                    SELECT key, value, CASE jsonb_typeof(value) WHEN 'number' THEN (value #>> '{}')::numeric END AS number
                    FROM jsonb_each(CASE jsonb_typeof(traits) WHEN 'object' THEN traits ELSE '{}' END)
                    WHERE jsonb_typeof(value) <> 'null'
                ) AS trait
            ) AS sized
        ) AS each_trait
    ) AS facts (fact)
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("customers", "0014_sort_by_health_and_risk")]

    operations = [
        migrations.AddField("accountsearchtext", "name_key", models.TextField(null=True)),
        migrations.AddField("personsearchtext", "name_key", models.TextField(null=True)),
        migrations.RunSQL(FUNCTIONS, migrations.RunSQL.noop),
    ]
