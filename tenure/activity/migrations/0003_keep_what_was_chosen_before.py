from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('activity', '0002_choose_what_to_watch'),
    ]

    operations = [
        migrations.RemoveConstraint(model_name='activitychoices', name='one_choice_of_activity'),
        migrations.AddField(
            model_name='activitychoices',
            name='version',
            field=models.PositiveIntegerField(default=2),
        ),
        migrations.AddField(
            model_name='activitychoices',
            name='chosen_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddConstraint(
            model_name='activitychoices',
            constraint=models.UniqueConstraint(
                fields=('workspace', 'version'), name='one_choice_of_activity_a_version'
            ),
        ),
    ]
