"""Let what was known of failed payments begin with what is said of them now: nobody wrote down what was said before."""

from django.db import migrations

_BEGIN = """
    INSERT INTO billing_failurethen (workspace_id, payment_id, learnt_at, has_failed, at)
    SELECT workspace_id, id, least(at, as_of), true, at FROM billing_payment p
    WHERE kind = 'failure' AND NOT EXISTS (SELECT FROM billing_failurethen t WHERE t.payment_id = p.id) ORDER BY id
"""


class Migration(migrations.Migration):
    dependencies = [("billing", "0009_remember_failures_and_discounts")]

    operations = [migrations.RunSQL(_BEGIN, migrations.RunSQL.noop, elidable=True)]
