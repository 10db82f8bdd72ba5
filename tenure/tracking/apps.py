from django.apps import AppConfig


class TrackingConfig(AppConfig):
    name = "tenure.tracking"
    label = "tracking"

    def ready(self) -> None:
        from tenure.kernel.outbox import subscribe_to_customers
        from tenure.tracking import jobs  # noqa: F401  (registers its stages)
        from tenure.tracking.actions.timeline import keep_on_timeline

        subscribe_to_customers(keep_on_timeline)
