from django.apps import AppConfig


class TrackingConfig(AppConfig):
    name = "tenure.tracking"
    label = "tracking"
