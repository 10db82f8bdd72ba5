from django.apps import AppConfig


class ExperimentsConfig(AppConfig):
    name = "tenure.experiments"
    label = "experiments"
