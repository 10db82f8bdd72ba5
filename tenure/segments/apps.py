from django.apps import AppConfig


class SegmentsConfig(AppConfig):
    name = "tenure.segments"
    label = "segments"

    def ready(self) -> None:
        from tenure.customers import announcements as customers
        from tenure.kernel.outbox import subscribe
        from tenure.segments import jobs
        from tenure.tracking.announcements import EventsStored

        subscribe(EventsStored, jobs.on_events_stored)
        subscribe(customers.PersonAppeared, jobs.on_person_appeared)
        subscribe(customers.PeopleMerged, jobs.on_people_merged)
        subscribe(customers.AccountsMerged, jobs.on_accounts_merged)
        subscribe(customers.PeopleParted, jobs.on_people_parted)
        subscribe(customers.AccountsParted, jobs.on_accounts_parted)
        subscribe(customers.AccountTraitsChanged, jobs.on_account_traits_changed)
        subscribe(customers.PersonTraitsChanged, jobs.on_person_traits_changed)
        for kind in (
            customers.AccountAppeared,
            customers.AccountChurned,
            customers.AccountReturned,
            customers.OwnerChanged,
        ):
            subscribe(kind, jobs.on_account_changed)
