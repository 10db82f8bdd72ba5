from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("lifecycle", "0002_put_into_stages")]

    operations = [
        migrations.RemoveConstraint(model_name="lifecycletouched", name="lifecycle_touched_once"),
        migrations.AddIndex(
            model_name="lifecycletouched", index=models.Index(fields=["workspace", "id"], name="touched_for_lifecycle")
        ),
    ]
