"""Note days before calls are added to them, until they have been counted."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tracking", "0007_find_tickets_on_timelines")]

    operations = [
        migrations.AddField(
            model_name="rollupprogress",
            name="uncounted",
            field=models.JSONField(db_default=models.Value([], models.JSONField()), default=list),
        ),
    ]
