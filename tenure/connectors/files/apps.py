from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "tenure.connectors.files"
    label = "files"

    def ready(self) -> None:
        from tenure.connectors.files import jobs  # noqa: F401  (registers its stages)
        from tenure.connectors.files.actions.undoing import forget_lines
        from tenure.connectors.files.announcements import LinesWithdrawn
        from tenure.connectors.files.connector import FilesConnector
        from tenure.connectors.registry import register
        from tenure.kernel.outbox import subscribe

        register(FilesConnector())
        subscribe(LinesWithdrawn, forget_lines)
