from django.apps import AppConfig


class BacktestsConfig(AppConfig):
    name = "tenure.backtests"
    label = "backtests"

    def ready(self) -> None:
        from tenure.backtests import jobs  # noqa: F401
