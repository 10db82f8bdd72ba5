from django.apps import AppConfig


class JourneysConfig(AppConfig):
    name = "tenure.journeys"
    label = "journeys"

    def ready(self) -> None:
        from tenure.customers.announcements import AccountAppeared, AccountsMerged, PeopleMerged, PersonAppeared
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
        subscribe(AccountAppeared, jobs.on_account_appeared)
        subscribe(PersonAppeared, jobs.on_person_appeared)
        subscribe(EventsStored, jobs.on_events_stored)
        subscribe(PeopleMerged, jobs.on_people_merged)
        subscribe(AccountsMerged, jobs.on_accounts_merged)
