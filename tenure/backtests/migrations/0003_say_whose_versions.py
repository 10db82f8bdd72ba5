"""Let backtests of rules about segments say of which segment their version is: the one the rule is about now."""

from django.db import migrations

_SAY = """
    UPDATE backtests_backtest b SET of_segment = r.segment_id
    FROM segment_signals_segmentsignal r
    WHERE b.kind = 'signal' AND b.workspace_id = r.workspace_id AND b.subject = 'segment:' || r.id
      AND b.of_segment IS NULL
"""


class Migration(migrations.Migration):
    dependencies = [("backtests", "0002_touch_so_many"), ("segment_signals", "0001_segment_signals")]

    operations = [migrations.RunSQL(_SAY, migrations.RunSQL.noop, elidable=True)]
