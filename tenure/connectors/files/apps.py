from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "tenure.connectors.files"
    label = "files"

    def ready(self) -> None:
        from tenure.connectors.files import jobs  # noqa: F401  (registers its stages)
        from tenure.connectors.files.connector import FilesConnector
        from tenure.connectors.registry import register

        register(FilesConnector())
