from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "tenure.privacy"
    label = "privacy"

    def ready(self) -> None:
        from tenure.kernel.outbox import subscribe
        from tenure.privacy import jobs
        from tenure.tracking.announcements import ConsentsHeard

        subscribe(ConsentsHeard, jobs.on_consents_heard)
