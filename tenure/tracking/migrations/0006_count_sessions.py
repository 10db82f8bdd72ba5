from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tracking", "0005_keep_what_was_counted"),
    ]

    operations = [
        migrations.AddField(
            model_name="rollupprogress",
            name="session_minutes",
            field=models.PositiveIntegerField(db_default=30, default=30),
        ),
        migrations.AddField(
            model_name="rollupprogress",
            name="sessions_counted",
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AlterField(
            model_name="rollupprogress",
            name="sessions_counted",
            field=models.PositiveIntegerField(default=30, null=True),
        ),
    ]
