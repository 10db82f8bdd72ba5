import django.db.models.deletion
import django.db.models.manager
import tenure.kernel.tenancy
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('billing', '0008_begin_with_invoices_as_they_are'),
        ('workspaces', '0004_find_texts_in_the_trail'),
    ]

    operations = [
        migrations.AddField(
            model_name='ledgeraccount',
            name='list_mrr',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='ledgeraccount',
            name='discount_ends_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='ledgerthen',
            name='list_mrr',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='ledgerthen',
            name='discount_ends_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.CreateModel(
            name='FailureThen',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('learnt_at', models.DateTimeField()),
                ('has_failed', models.BooleanField()),
                ('at', models.DateTimeField()),
                ('payment', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='billing.payment')),
                ('workspace', models.ForeignKey(db_index=False, default=tenure.kernel.tenancy.current_workspace_id, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'everywhere',
                'default_manager_name': 'objects',
                'indexes': [models.Index(fields=['payment', '-id'], name='failures_then_latest'), models.Index(fields=['workspace', 'at'], name='failures_then_by_time')],
            },
            managers=[
                ('objects', django.db.models.manager.Manager()),
                ('everywhere', django.db.models.manager.Manager()),
            ],
        ),
    ]
