from django.db import migrations, models
from django.db.models.fields.json import KeyTextTransform


class Migration(migrations.Migration):
    dependencies = [("billing", "0002_remember_lives_and_scheduled_ends")]

    operations = [
        migrations.AddIndex(
            model_name="recordedstate",
            index=models.Index(
                models.F("workspace"), KeyTextTransform("currency", "content"), name="states_by_currency"
            ),
        ),
    ]
