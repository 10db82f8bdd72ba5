from django.apps import AppConfig


class HealthConfig(AppConfig):
    name = "tenure.health"
    label = "health"

    def ready(self) -> None:
        from tenure.health import jobs  # noqa: F401
