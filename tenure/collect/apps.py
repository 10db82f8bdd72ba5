from django.apps import AppConfig


class CollectConfig(AppConfig):
    name = "tenure.collect"
    label = "collect"

    def ready(self) -> None:
        from tenure.collect import jobs  # noqa: F401  (registers its stages)
