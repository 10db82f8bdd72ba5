from django.apps import AppConfig


class TouchModelsConfig(AppConfig):
    name = "tenure.touch_models"
    label = "touch_models"

    def ready(self) -> None:
        from tenure.customers import announcements as customers
        from tenure.kernel.outbox import subscribe
        from tenure.segments.registry import register_decided_traits
        from tenure.touch_models import jobs
        from tenure.touch_models.queries.definitions import decided_traits
        from tenure.tracking.announcements import EventsStored

        subscribe(EventsStored, jobs.on_events_stored)
        subscribe(customers.AccountTraitsChanged, jobs.on_account_traits_changed)
        subscribe(customers.AccountsMerged, jobs.on_accounts_merged)
        subscribe(customers.AccountsParted, jobs.on_accounts_parted)
        for kind in (customers.AccountAppeared, customers.AccountChurned, customers.AccountReturned):
            subscribe(kind, jobs.on_account_changed)
        register_decided_traits("touch_models", decided_traits)
