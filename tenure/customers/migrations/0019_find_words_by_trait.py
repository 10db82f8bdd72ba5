from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("customers", "0018_walk_names_in_one_index")]

    operations = [
        AddIndexConcurrently(
            model_name="traitchange", index=models.Index(fields=["workspace", "name"], name="words_by_trait")
        ),
    ]
