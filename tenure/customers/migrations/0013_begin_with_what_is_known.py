"""Let the past begin with what is known now, as of when it is said to have been so: nobody wrote down when it was learnt."""

from django.db import migrations

_LIVES = """
    INSERT INTO customers_accountlife
        (workspace_id, account_id, signed_up_at, churned_at, returned_at, trial_ends_at, learnt_at)
    SELECT a.workspace_id, a.id, a.signed_up_at, after.churned_at, after.returned_at, a.trial_ends_at, after.at
    FROM customers_account a
    CROSS JOIN LATERAL (
        SELECT NULL::timestamptz AS churned_at, NULL::timestamptz AS returned_at, a.first_seen_at AS at, 0 AS place
        UNION ALL
        SELECT a.churned_at, a.returned_at, greatest(a.churned_at, a.returned_at, a.first_seen_at), 1
        WHERE a.churned_at IS NOT NULL OR a.returned_at IS NOT NULL
    ) after
    WHERE NOT EXISTS (SELECT FROM customers_accountlife l WHERE l.account_id = a.id)
    ORDER BY a.id, after.place
"""
_OWNERS = """
    INSERT INTO customers_ownerspell (workspace_id, account_id, owner_id, at)
    SELECT a.workspace_id, a.id, a.owner_id, now() FROM customers_account a
    WHERE a.owner_id IS NOT NULL AND NOT EXISTS (SELECT FROM customers_ownerspell o WHERE o.account_id = a.id)
"""


class Migration(migrations.Migration):
    dependencies = [("customers", "0012_remember_what_was_known")]

    operations = [
        migrations.RunSQL(_LIVES, migrations.RunSQL.noop, elidable=True),
        migrations.RunSQL(_OWNERS, migrations.RunSQL.noop, elidable=True),
    ]
