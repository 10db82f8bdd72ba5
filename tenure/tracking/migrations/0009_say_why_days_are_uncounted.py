"""Remember why a day could not be counted."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tracking", "0008_note_days_before_counting")]

    operations = [
        migrations.AddField(
            model_name="rollupprogress",
            name="uncounted_problem",
            field=models.TextField(blank=True, db_default=""),
        ),
    ]
