from django.apps import AppConfig


class ConversationsConfig(AppConfig):
    name = "tenure.conversations"
    label = "conversations"

    def ready(self) -> None:
        from tenure.conversations.actions.recording import forget_on_timelines
        from tenure.conversations.announcements import TicketsWithdrawn
        from tenure.kernel.outbox import subscribe

        subscribe(TicketsWithdrawn, forget_on_timelines)
