from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('company_facts', '0002_know_since_when_a_provider_is_asked'),
    ]

    operations = [
        migrations.AddField(
            model_name='factsprovider',
            name='per_minute',
            field=models.PositiveSmallIntegerField(default=50),
        ),
        migrations.AddField(
            model_name='factsprovider',
            name='busy_until',
            field=models.DateTimeField(null=True),
        ),
    ]
