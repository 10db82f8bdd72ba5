from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('files', '0003_what_rows_replaced'),
    ]

    operations = [
        migrations.AddField(
            model_name='import',
            name='event',
            field=models.CharField(blank=True, default='', max_length=255),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='columnsremembered',
            name='event',
            field=models.CharField(blank=True, default='', max_length=255),
            preserve_default=False,
        ),
    ]
