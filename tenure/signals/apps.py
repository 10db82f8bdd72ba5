from django.apps import AppConfig


class SignalsConfig(AppConfig):
    name = "tenure.signals"
    label = "signals"

    def ready(self) -> None:
        from tenure.customers.announcements import AccountsMerged, AccountsParted, OwnerChanged
        from tenure.kernel.outbox import subscribe
        from tenure.signals import jobs

        subscribe(AccountsMerged, jobs.on_accounts_merged)
        subscribe(AccountsParted, jobs.on_accounts_parted)
        subscribe(OwnerChanged, jobs.on_owner_changed)
