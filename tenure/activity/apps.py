from django.apps import AppConfig


class ActivityConfig(AppConfig):
    name = "tenure.activity"
    label = "activity"

    def ready(self) -> None:
        from tenure.activity import jobs  # noqa: F401
        from tenure.activity.queries.signal_rule import signal_rules
        from tenure.signals.registry import register_rules

        register_rules("activity", signal_rules)
