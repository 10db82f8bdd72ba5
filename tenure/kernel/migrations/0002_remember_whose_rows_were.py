from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("kernel", "0001_outbox_and_stages")]

    operations = [
        migrations.CreateModel(
            name="MovedRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("workspace_id", models.BigIntegerField()),
                ("place", models.CharField(max_length=120)),
                ("row_id", models.BigIntegerField()),
                ("origin_id", models.BigIntegerField()),
                ("now_id", models.BigIntegerField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["workspace_id", "place", "origin_id"], name="moved_by_origin"),
                    models.Index(fields=["workspace_id", "place", "now_id"], name="moved_by_now"),
                ],
                "constraints": [models.UniqueConstraint(fields=("place", "row_id"), name="one_origin_per_row")],
            },
        ),
    ]
