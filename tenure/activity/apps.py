from django.apps import AppConfig


class ActivityConfig(AppConfig):
    name = "tenure.activity"
    label = "activity"

    def ready(self) -> None:
        from tenure.activity import jobs  # noqa: F401
