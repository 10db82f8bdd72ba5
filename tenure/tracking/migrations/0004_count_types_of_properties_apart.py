import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tracking', '0003_tracking_plan_and_replays'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='observedproperty',
            name='one_observation_per_property',
        ),
        migrations.RemoveField(
            model_name='observedproperty',
            name='types',
        ),
        migrations.AddField(
            model_name='observedevent',
            name='noticed_at',
            field=models.DateTimeField(default=django.utils.timezone.now),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='observedproperty',
            name='seen',
            field=models.BigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='observedproperty',
            name='type',
            field=models.CharField(default='text', max_length=8),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='refusal',
            name='refused_again_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddConstraint(
            model_name='observedproperty',
            constraint=models.UniqueConstraint(fields=('event', 'name', 'type'), name='one_observation_per_type'),
        ),
    ]
