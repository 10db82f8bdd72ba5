from django.apps import AppConfig


class VipsConfig(AppConfig):
    name = "tenure.vips"
    label = "vips"

    def ready(self) -> None:
        from tenure.customers.announcements import AccountsMerged, AccountsParted
        from tenure.kernel.outbox import subscribe
        from tenure.vips import jobs

        subscribe(AccountsMerged, jobs.on_accounts_merged)
        subscribe(AccountsParted, jobs.on_accounts_parted)
