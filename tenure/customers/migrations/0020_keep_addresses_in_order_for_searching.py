"""Keep beside what people are searched by the address they are sorted by."""

from django.db import migrations, models

FUNCTIONS = r"""
CREATE FUNCTION customers_fragments(workspace bigint, said text, name_key text, email_key text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT array_to_tsvector(coalesce(array_agg(
        workspace || substr(
            ':^@*:|~+',
            1 + starts_with(name, left(line, place + 2))::int + 2 * starts_with(address, left(line, place + 2))::int
              + CASE place WHEN 1 THEN 0 ELSE 4 END,
            1
        ) || substr(line, place, 3)
    ), '{}'))
    FROM (SELECT CASE WHEN lower(upper(name_key)) = name_key AND name_key !~ '[σς]' THEN upper(name_key) ELSE '' END,
                 CASE WHEN lower(upper(email_key)) = email_key AND email_key !~ '[σς]' THEN upper(email_key) ELSE '' END
         ) AS sorted_by (name, address),
         string_to_table(said, E'\n') AS line, generate_series(1, length(line)) AS place
$$;

CREATE OR REPLACE FUNCTION customers_people_written() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO customers_personsearchtext (person_id, workspace_id, said, name_key, email_key)
    SELECT id, workspace_id, customers_said(name, email, external_id), nullif(lower(name), ''),
           nullif(lower(email), '')
    FROM written WHERE merged_into_id IS NULL AND NOT is_anonymous;
    RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION customers_person_renamed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.merged_into_id IS NULL AND NOT NEW.is_anonymous THEN
        INSERT INTO customers_personsearchtext (person_id, workspace_id, said, name_key, email_key)
        VALUES (NEW.id, NEW.workspace_id, customers_said(NEW.name, NEW.email, NEW.external_id),
                nullif(lower(NEW.name), ''), nullif(lower(NEW.email), ''))
        ON CONFLICT (person_id) DO UPDATE
            SET said = EXCLUDED.said, name_key = EXCLUDED.name_key, email_key = EXCLUDED.email_key;
    ELSE
        DELETE FROM customers_personsearchtext WHERE person_id = NEW.id;
    END IF;
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("customers", "0019_find_words_by_trait")]

    operations = [
        migrations.AddField("personsearchtext", "email_key", models.TextField(null=True)),
        migrations.RunSQL(FUNCTIONS, migrations.RunSQL.noop),
    ]
