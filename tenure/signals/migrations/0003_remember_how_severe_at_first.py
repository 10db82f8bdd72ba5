from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('signals', '0002_money_confidence_and_mutes'),
    ]

    operations = [
        migrations.AddField(
            model_name='signal',
            name='first_severity',
            field=models.FloatField(null=True),
        ),
    ]
