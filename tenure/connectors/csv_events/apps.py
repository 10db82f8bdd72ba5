from django.apps import AppConfig


class CsvEventsConfig(AppConfig):
    name = "tenure.connectors.csv_events"
    label = "csv_events"

    def ready(self) -> None:
        from tenure.connectors.csv_events.connector import CsvEventsConnector
        from tenure.connectors.registry import register

        register(CsvEventsConnector())
