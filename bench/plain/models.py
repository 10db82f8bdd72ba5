from django.db import models


class Event(models.Model):
    """One event, one row; no index but the key, so as to be kind."""

    message_id = models.CharField(max_length=100)
    type = models.CharField(max_length=20)
    event = models.CharField(max_length=200)
    user_id = models.CharField(max_length=200)
    timestamp = models.DateTimeField()
    received_at = models.DateTimeField(auto_now_add=True)
    properties = models.JSONField()
    context = models.JSONField()

    class Meta:
        app_label = "plain"
