from django.apps import AppConfig


class TouchModelsConfig(AppConfig):
    name = "tenure.touch_models"
    label = "touch_models"

    def ready(self) -> None:
        from tenure.customers.announcements import AccountsMerged, AccountsParted
        from tenure.kernel.outbox import subscribe
        from tenure.segments.registry import register_decided_traits
        from tenure.touch_models import jobs
        from tenure.touch_models.queries.definitions import decided_traits

        subscribe(AccountsMerged, jobs.on_accounts_merged)
        subscribe(AccountsParted, jobs.on_accounts_parted)
        register_decided_traits("touch_models", decided_traits)
