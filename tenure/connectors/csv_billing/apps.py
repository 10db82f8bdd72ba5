from django.apps import AppConfig


class CsvBillingConfig(AppConfig):
    name = "tenure.connectors.csv_billing"
    label = "csv_billing"

    def ready(self) -> None:
        from tenure.connectors.csv_billing.connector import CsvBillingConnector
        from tenure.connectors.registry import register

        register(CsvBillingConnector())
