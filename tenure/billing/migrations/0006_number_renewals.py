from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("billing", "0005_begin_with_ledgers_as_they_are")]

    operations = [
        migrations.AddField(
            model_name="ledgeraccount", name="renewal", field=models.PositiveIntegerField(null=True)
        ),
        migrations.AddField(
            model_name="ledgerthen", name="renewal", field=models.PositiveIntegerField(null=True)
        ),
    ]
