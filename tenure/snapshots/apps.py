from django.apps import AppConfig


class SnapshotsConfig(AppConfig):
    name = "tenure.snapshots"
    label = "snapshots"

    def ready(self) -> None:
        from tenure.snapshots import jobs  # noqa: F401
