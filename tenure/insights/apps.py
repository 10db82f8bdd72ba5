from importlib import import_module

from django.apps import AppConfig


class InsightsConfig(AppConfig):
    name = "tenure.insights"
    label = "insights"

    def ready(self) -> None:
        from tenure.insights.queries.catalogue import subjects
        from tenure.insights.registry import register

        for subject in subjects():
            for metric in import_module(subject).METRICS:
                register(metric)
