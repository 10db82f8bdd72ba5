from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("touch_models", "0005_follow_those_touched")]

    operations = [
        migrations.RemoveConstraint(model_name="touchmodelstouched", name="touch_models_touched_once"),
        migrations.AddIndex(
            model_name="touchmodelstouched", index=models.Index(fields=["workspace", "id"], name="touched_for_touch_models")
        ),
    ]
