from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("tracking", "0006_count_sessions")]

    operations = [
        AddIndexConcurrently(
            model_name="timelineentry",
            index=models.Index(
                fields=["workspace", "kind", "at"],
                name="timeline_of_tickets",
                condition=models.Q(kind__in=["TicketOpened", "TicketSolved"]),
            ),
        ),
    ]
