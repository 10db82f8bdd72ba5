from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("channels", "0001_templates_messages_and_unsubscribes")]

    operations = [
        migrations.AddField(
            model_name="template",
            name="topic",
            field=models.CharField(blank=True, default="", max_length=60),
        ),
    ]
