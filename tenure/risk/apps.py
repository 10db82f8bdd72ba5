from django.apps import AppConfig


class RiskConfig(AppConfig):
    name = "tenure.risk"
    label = "risk"

    def ready(self) -> None:
        from tenure.risk import jobs  # noqa: F401
