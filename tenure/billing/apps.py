from django.apps import AppConfig


class BillingConfig(AppConfig):
    name = "tenure.billing"
    label = "billing"

    def ready(self) -> None:
        from tenure.billing import jobs  # noqa: F401  (registers its stage)
        from tenure.billing.actions.following import follow_merges
        from tenure.customers.announcements import AccountsMerged
        from tenure.kernel.outbox import subscribe

        subscribe(AccountsMerged, follow_merges)
