from django.apps import AppConfig


class HealthConfig(AppConfig):
    name = "tenure.health"
    label = "health"

    def ready(self) -> None:
        from tenure.billing.announcements import InvoicesChanged
        from tenure.conversations.announcements import TicketOpened, TicketSolved
        from tenure.customers import announcements as customers
        from tenure.health import announcements, jobs  # noqa: F401
        from tenure.health.queries.scorecards import decided_traits
        from tenure.kernel.outbox import subscribe
        from tenure.segments.registry import register_decided_traits
        from tenure.tracking.announcements import EventsStored

        subscribe(EventsStored, jobs.on_events_stored)
        subscribe(InvoicesChanged, jobs.on_invoices_changed)
        subscribe(customers.AccountTraitsChanged, jobs.on_account_traits_changed)
        subscribe(customers.AccountsMerged, jobs.on_accounts_merged)
        subscribe(customers.AccountsParted, jobs.on_accounts_parted)
        for kind in (
            customers.AccountAppeared,
            customers.AccountChurned,
            customers.AccountReturned,
            TicketOpened,
            TicketSolved,
        ):
            subscribe(kind, jobs.on_account_changed)
        register_decided_traits("health", decided_traits)
