from django.apps import AppConfig


class SignalsConfig(AppConfig):
    name = "tenure.signals"
    label = "signals"

    def ready(self) -> None:
        from tenure.signals import jobs  # noqa: F401
