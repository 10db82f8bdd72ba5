from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "tenure.customers"
    label = "customers"

    def ready(self) -> None:
        from tenure.customers import jobs  # noqa: F401  (registers its stages)
