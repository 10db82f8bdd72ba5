"""Give every sorting of the lists an index, and keep beside each row what it is searched by."""

import datetime

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.functions.text
import django.db.models.lookups
import django.db.models.manager
from django.db import migrations, models

import tenure.kernel.tenancy

_MANAGERS = [
    ("objects", django.db.models.manager.Manager()),
    ("everywhere", django.db.models.manager.Manager()),
]
_OPTIONS = {"abstract": False, "base_manager_name": "everywhere", "default_manager_name": "objects"}

FUNCTIONS = r"""
CREATE FUNCTION customers_said(VARIADIC names text[]) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT upper(array_to_string(array_remove(names, ''), E'\n'))
$$;
CREATE FUNCTION customers_facts(workspace bigint, traits jsonb) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    SELECT coalesce(array_agg(workspace || fact), '{}') FROM (
        SELECT unnest(ARRAY['?' || key, ':' || key || '=' || left(upper(value #>> '{}'), 200)])
        FROM jsonb_each(CASE jsonb_typeof(traits) WHEN 'object' THEN traits ELSE '{}' END)
        WHERE jsonb_typeof(value) <> 'null'
    ) AS each_trait (fact)
$$;

CREATE FUNCTION customers_people_written() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO customers_personsearchtext (person_id, workspace_id, said)
    SELECT id, workspace_id, customers_said(name, email, external_id) FROM written
    WHERE merged_into_id IS NULL AND NOT is_anonymous;
    RETURN NULL;
END $$;
CREATE FUNCTION customers_person_renamed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.merged_into_id IS NULL AND NOT NEW.is_anonymous THEN
        INSERT INTO customers_personsearchtext (person_id, workspace_id, said)
        VALUES (NEW.id, NEW.workspace_id, customers_said(NEW.name, NEW.email, NEW.external_id))
        ON CONFLICT (person_id) DO UPDATE SET said = EXCLUDED.said;
    ELSE
        DELETE FROM customers_personsearchtext WHERE person_id = NEW.id;
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION customers_people_deleted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM customers_personsearchtext t USING deleted WHERE t.person_id = deleted.id;
    RETURN NULL;
END $$;
CREATE TRIGGER people_written AFTER INSERT ON customers_person REFERENCING NEW TABLE AS written
    FOR EACH STATEMENT EXECUTE FUNCTION customers_people_written();
CREATE TRIGGER person_renamed AFTER UPDATE OF name, email, external_id, is_anonymous, merged_into_id
    ON customers_person FOR EACH ROW
    WHEN ((OLD.name, OLD.email, OLD.external_id, OLD.is_anonymous, OLD.merged_into_id)
          IS DISTINCT FROM (NEW.name, NEW.email, NEW.external_id, NEW.is_anonymous, NEW.merged_into_id))
    EXECUTE FUNCTION customers_person_renamed();
CREATE TRIGGER people_deleted AFTER DELETE ON customers_person REFERENCING OLD TABLE AS deleted
    FOR EACH STATEMENT EXECUTE FUNCTION customers_people_deleted();

CREATE FUNCTION customers_accounts_written() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO customers_accountsearchtext (account_id, workspace_id, said)
    SELECT id, workspace_id, customers_said(name, domain, external_id) FROM written WHERE merged_into_id IS NULL;
    INSERT INTO customers_accountfacts (account_id, workspace_id, facts)
    SELECT id, workspace_id, customers_facts(workspace_id, traits) FROM written WHERE merged_into_id IS NULL;
    RETURN NULL;
END $$;
CREATE FUNCTION customers_account_renamed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.merged_into_id IS NULL THEN
        INSERT INTO customers_accountsearchtext (account_id, workspace_id, said)
        VALUES (NEW.id, NEW.workspace_id, customers_said(NEW.name, NEW.domain, NEW.external_id))
        ON CONFLICT (account_id) DO UPDATE SET said = EXCLUDED.said;
    ELSE
        DELETE FROM customers_accountsearchtext WHERE account_id = NEW.id;
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION customers_account_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.merged_into_id IS NULL THEN
        INSERT INTO customers_accountfacts (account_id, workspace_id, facts)
        VALUES (NEW.id, NEW.workspace_id, customers_facts(NEW.workspace_id, NEW.traits))
        ON CONFLICT (account_id) DO UPDATE SET facts = EXCLUDED.facts;
    ELSE
        DELETE FROM customers_accountfacts WHERE account_id = NEW.id;
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION customers_accounts_deleted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM customers_accountsearchtext t USING deleted WHERE t.account_id = deleted.id;
    DELETE FROM customers_accountfacts f USING deleted WHERE f.account_id = deleted.id;
    RETURN NULL;
END $$;
CREATE TRIGGER accounts_written AFTER INSERT ON customers_account REFERENCING NEW TABLE AS written
    FOR EACH STATEMENT EXECUTE FUNCTION customers_accounts_written();
CREATE TRIGGER account_renamed AFTER UPDATE OF name, domain, external_id, merged_into_id ON customers_account
    FOR EACH ROW
    WHEN ((OLD.name, OLD.domain, OLD.external_id, OLD.merged_into_id)
          IS DISTINCT FROM (NEW.name, NEW.domain, NEW.external_id, NEW.merged_into_id))
    EXECUTE FUNCTION customers_account_renamed();
CREATE TRIGGER account_changed AFTER UPDATE OF traits, merged_into_id ON customers_account FOR EACH ROW
    WHEN ((OLD.traits, OLD.merged_into_id) IS DISTINCT FROM (NEW.traits, NEW.merged_into_id))
    EXECUTE FUNCTION customers_account_changed();
CREATE TRIGGER accounts_deleted AFTER DELETE ON customers_account REFERENCING OLD TABLE AS deleted
    FOR EACH STATEMENT EXECUTE FUNCTION customers_accounts_deleted();

ALTER TABLE customers_personsearchtext ALTER said SET STATISTICS 1000;
ALTER TABLE customers_accountsearchtext ALTER said SET STATISTICS 1000;
"""
GONE = """
DROP TRIGGER people_written ON customers_person;
DROP TRIGGER person_renamed ON customers_person;
DROP TRIGGER people_deleted ON customers_person;
DROP TRIGGER accounts_written ON customers_account;
DROP TRIGGER account_renamed ON customers_account;
DROP TRIGGER account_changed ON customers_account;
DROP TRIGGER accounts_deleted ON customers_account;
DROP FUNCTION customers_people_written, customers_person_renamed, customers_people_deleted,
    customers_accounts_written, customers_account_renamed, customers_account_changed, customers_accounts_deleted,
    customers_said, customers_facts;
"""


def _beside(name: str, subject: str, field: str) -> migrations.CreateModel:
    return migrations.CreateModel(
        name=name,
        fields=[
            (
                subject,
                models.OneToOneField(
                    db_constraint=False,
                    on_delete=django.db.models.deletion.CASCADE,
                    primary_key=True,
                    related_name="+",
                    serialize=False,
                    to=f"customers.{subject}",
                ),
            ),
            (field, models.TextField())
            if field == "said"
            else (field, django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
            (
                "workspace",
                models.ForeignKey(
                    db_index=False,
                    default=tenure.kernel.tenancy.current_workspace_id,
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="+",
                    to="workspaces.workspace",
                ),
            ),
        ],
        options=_OPTIONS,
        managers=_MANAGERS,
    )


def _last_seen_about(model: str) -> migrations.AddField:
    return migrations.AddField(
        model_name=model,
        name="last_seen_about",
        field=models.GeneratedField(
            db_persist=True,
            expression=models.Func(
                models.Value(datetime.timedelta(seconds=600)),
                models.F("last_seen_at"),
                models.Value(datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)),
                function="date_bin",
            ),
            output_field=models.DateTimeField(null=True),
        ),
    )


_THERE = models.Q(("merged_into", None))
_KNOWN = models.Q(("is_anonymous", False), ("merged_into", None))
_MRR = models.Case(
    models.When(
        django.db.models.lookups.Exact(
            models.Func(
                models.Func(models.F("traits"), models.Value("mrr"), function="jsonb_extract_path"),
                function="jsonb_typeof",
                output_field=models.TextField(),
            ),
            models.Value("number"),
        ),
        then=django.db.models.functions.comparison.Cast(
            models.Func(
                models.F("traits"),
                models.Value("mrr"),
                function="jsonb_extract_path_text",
                output_field=models.TextField(),
            ),
            models.FloatField(),
        ),
    ),
    output_field=models.FloatField(),
)


def _or_nothing(field: str) -> models.Func:
    return django.db.models.functions.comparison.NullIf(django.db.models.functions.text.Lower(field), models.Value(""))


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0007_know_when_trials_end"),
        ("workspaces", "0003_remember_when_a_key_was_heard"),
    ]

    operations = [
        _beside("AccountSearchText", "account", "said"),
        _beside("PersonSearchText", "person", "said"),
        _beside("AccountFacts", "account", "facts"),
        migrations.RunSQL(FUNCTIONS, GONE),
        _last_seen_about("account"),
        _last_seen_about("person"),
        migrations.RemoveIndex(model_name="account", name="accounts_by_owner"),
        migrations.AddIndex(
            model_name="account",
            index=models.Index(condition=_THERE, fields=["workspace", "owner", "id"], name="accounts_by_owner"),
        ),
        migrations.AddIndex(
            model_name="account",
            index=models.Index(
                condition=_THERE, fields=["workspace", "signed_up_at", "id"], name="accounts_by_sign_up"
            ),
        ),
        migrations.AddIndex(
            model_name="account",
            index=models.Index(condition=_THERE, fields=["workspace", "last_seen_about"], name="accounts_by_last_seen"),
        ),
        migrations.AddIndex(
            model_name="account",
            index=models.Index(models.F("workspace"), _MRR, models.F("id"), condition=_THERE, name="accounts_by_mrr"),
        ),
        migrations.AddIndex(
            model_name="account",
            index=models.Index(
                condition=models.Q(("churned_at", None), _negated=True),
                fields=["workspace", "churned_at"],
                name="accounts_churned",
            ),
        ),
        migrations.AddIndex(
            model_name="account",
            index=models.Index(
                condition=models.Q(("returned_at", None), _negated=True),
                fields=["workspace", "returned_at"],
                name="accounts_returned",
            ),
        ),
        migrations.AddIndex(
            model_name="person",
            index=models.Index(
                models.F("workspace"), _or_nothing("name"), models.F("id"), condition=_KNOWN, name="people_by_name"
            ),
        ),
        migrations.AddIndex(
            model_name="person",
            index=models.Index(
                models.F("workspace"), _or_nothing("email"), models.F("id"), condition=_KNOWN, name="people_by_address"
            ),
        ),
        migrations.AddIndex(
            model_name="person",
            index=models.Index(
                condition=_KNOWN, fields=["workspace", "first_seen_at", "id"], name="people_by_first_seen"
            ),
        ),
        migrations.AddIndex(
            model_name="person",
            index=models.Index(condition=_KNOWN, fields=["workspace", "last_seen_about"], name="people_by_last_seen"),
        ),
    ]
