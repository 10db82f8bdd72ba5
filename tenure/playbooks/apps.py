from django.apps import AppConfig


class PlaybooksConfig(AppConfig):
    name = "tenure.playbooks"
    label = "playbooks"

    def ready(self) -> None:
        from tenure.customers.announcements import AccountsMerged, AccountsParted, PeopleMerged, PeopleParted
        from tenure.kernel.outbox import subscribe
        from tenure.playbooks import jobs
        from tenure.segments.announcements import SegmentEntered
        from tenure.signals.announcements import SignalClosed, SignalOpened
        from tenure.touch_models.announcements import TransitionStepClosed, TransitionStepDue, TransitionStepReopened

        subscribe(SignalOpened, jobs.on_signal_opened)
        subscribe(SignalClosed, jobs.on_signal_closed)
        subscribe(SegmentEntered, jobs.on_segment_entered)
        subscribe(TransitionStepDue, jobs.on_transition_step_due)
        subscribe(TransitionStepClosed, jobs.on_transition_step_closed)
        subscribe(TransitionStepReopened, jobs.on_transition_step_reopened)
        subscribe(PeopleMerged, jobs.on_people_merged)
        subscribe(AccountsMerged, jobs.on_accounts_merged)
        subscribe(PeopleParted, jobs.on_people_parted)
        subscribe(AccountsParted, jobs.on_accounts_parted)
