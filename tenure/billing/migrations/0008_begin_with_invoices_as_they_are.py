"""Let what was known of invoices begin with what is said of them now: nobody wrote down what was said before."""

from django.db import migrations

_BEGIN = """
    INSERT INTO billing_invoicethen
        (workspace_id, invoice_id, learnt_at, status, total, paid, issued_at, due_at, paid_at)
    SELECT workspace_id, id, least(issued_at, as_of), status, total, paid, issued_at, due_at, paid_at
    FROM billing_invoice i
    WHERE NOT EXISTS (SELECT FROM billing_invoicethen t WHERE t.invoice_id = i.id) ORDER BY id
"""


class Migration(migrations.Migration):
    dependencies = [("billing", "0007_remember_invoices")]

    operations = [migrations.RunSQL(_BEGIN, migrations.RunSQL.noop, elidable=True)]
