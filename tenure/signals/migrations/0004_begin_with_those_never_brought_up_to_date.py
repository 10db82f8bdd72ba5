"""Say how severe signals were at first, of those that were never brought up to date: the others' is not known."""

from django.db import migrations

_BEGIN = "UPDATE signals_signal SET first_severity = severity WHERE refreshed_times = 0 AND first_severity IS NULL"


class Migration(migrations.Migration):
    dependencies = [("signals", "0003_remember_how_severe_at_first")]

    operations = [migrations.RunSQL(_BEGIN, migrations.RunSQL.noop, elidable=True)]
