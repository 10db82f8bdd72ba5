from django.apps import AppConfig


class VipsConfig(AppConfig):
    name = "tenure.vips"
    label = "vips"

    def ready(self) -> None:
        from tenure.customers.announcements import AccountsMerged, AccountsParted, PeopleMerged, PeopleParted
        from tenure.kernel.outbox import subscribe
        from tenure.segments.registry import register_decided_traits
        from tenure.vips import jobs
        from tenure.vips.queries.rules_in_force import decided_traits

        subscribe(AccountsMerged, jobs.on_accounts_merged)
        subscribe(AccountsParted, jobs.on_accounts_parted)
        subscribe(PeopleMerged, jobs.on_people_merged)
        subscribe(PeopleParted, jobs.on_people_parted)
        register_decided_traits("vips", decided_traits)
