"""Let what was known of ledgers begin with what they say now: nobody wrote down what they said before."""

from django.db import migrations

_BEGIN = """
    INSERT INTO billing_ledgerthen (workspace_id, account_id, learnt_at, status, mrr, plan, seats, renews_at, ends_at)
    SELECT workspace_id, account_id, worked_out_at, status, mrr, plan, seats, renews_at, ends_at
    FROM billing_ledgeraccount l
    WHERE NOT EXISTS (SELECT FROM billing_ledgerthen t WHERE t.account_id = l.account_id) ORDER BY account_id
"""


class Migration(migrations.Migration):
    dependencies = [("billing", "0004_remember_ledgers")]

    operations = [migrations.RunSQL(_BEGIN, migrations.RunSQL.noop, elidable=True)]
