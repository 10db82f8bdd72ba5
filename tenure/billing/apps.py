from django.apps import AppConfig


class BillingConfig(AppConfig):
    name = "tenure.billing"
    label = "billing"

    def ready(self) -> None:
        from tenure.billing import jobs  # noqa: F401  (registers its stage)
        from tenure.billing.actions.following import follow_merges, follow_partings
        from tenure.customers.announcements import AccountsMerged, AccountsParted
        from tenure.kernel.outbox import subscribe

        subscribe(AccountsMerged, follow_merges)
        subscribe(AccountsParted, follow_partings)
