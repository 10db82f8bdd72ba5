from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('backtests', '0001_what_was_run'),
    ]

    operations = [
        migrations.AddField(
            model_name='backtest',
            name='of_segment',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='backtest',
            name='top_count',
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AlterField(
            model_name='backtest',
            name='top_share',
            field=models.FloatField(null=True),
        ),
        migrations.AddConstraint(
            model_name='backtest',
            constraint=models.CheckConstraint(
                condition=models.Q(('top_share', None), ('top_count', None), _connector='XOR'),
                name='backtest_reaches_so_many',
            ),
        ),
    ]
