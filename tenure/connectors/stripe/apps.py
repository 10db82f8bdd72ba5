from django.apps import AppConfig


class StripeConfig(AppConfig):
    name = "tenure.connectors.stripe"
    label = "stripe"

    def ready(self) -> None:
        from tenure.connectors.registry import register
        from tenure.connectors.stripe import jobs  # noqa: F401  (registers its stages)
        from tenure.connectors.stripe.connector import StripeConnector
        from tenure.connectors.stripe.jobs import on_accounts_merged, on_accounts_parted
        from tenure.customers.announcements import AccountsMerged, AccountsParted
        from tenure.kernel.outbox import subscribe

        register(StripeConnector())
        subscribe(AccountsMerged, on_accounts_merged)
        subscribe(AccountsParted, on_accounts_parted)
