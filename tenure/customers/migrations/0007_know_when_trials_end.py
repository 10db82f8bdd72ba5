from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("customers", "0006_accounts_of_one_remember_their_own")]

    operations = [
        migrations.AddField(model_name="account", name="trial_ends_at", field=models.DateTimeField(null=True)),
    ]
