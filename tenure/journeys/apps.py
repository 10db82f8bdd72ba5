from django.apps import AppConfig


class JourneysConfig(AppConfig):
    name = "tenure.journeys"
    label = "journeys"

    def ready(self) -> None:
        from tenure.customers import announcements as customers
        from tenure.journeys import jobs
        from tenure.journeys.registry import register
        from tenure.journeys.steps.exit import Exit
        from tenure.journeys.steps.send_email import SendEmail
        from tenure.journeys.steps.wait import Wait
        from tenure.kernel.outbox import subscribe
        from tenure.segments.announcements import SegmentEntered, SegmentLeft
        from tenure.tracking.announcements import EventsStored

        register(Wait())
        register(SendEmail())
        register(Exit())
        subscribe(SegmentEntered, jobs.on_segment_entered)
        subscribe(SegmentLeft, jobs.on_segment_left)
        subscribe(customers.AccountAppeared, jobs.on_account_appeared)
        subscribe(customers.PersonAppeared, jobs.on_person_appeared)
        subscribe(EventsStored, jobs.on_events_stored)
        subscribe(customers.PeopleMerged, jobs.on_people_merged)
        subscribe(customers.AccountsMerged, jobs.on_accounts_merged)
        subscribe(customers.PeopleParted, jobs.on_people_parted)
        subscribe(customers.AccountsParted, jobs.on_accounts_parted)
