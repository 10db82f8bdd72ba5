from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("segments", "0001_tables_of_segments")]

    operations = [
        migrations.RemoveConstraint(model_name="touched", name="touched_once_at_a_time"),
        migrations.AddIndex(
            model_name="touched",
            index=models.Index(fields=["workspace", "subject", "subject_id"], name="touched_waiting"),
        ),
    ]
