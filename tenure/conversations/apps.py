from django.apps import AppConfig


class ConversationsConfig(AppConfig):
    name = "tenure.conversations"
    label = "conversations"

    def ready(self) -> None:
        from tenure.conversations.actions.counting import recount_accounts, recount_people
        from tenure.conversations.actions.recording import forget_on_timelines
        from tenure.conversations.announcements import TicketsWithdrawn
        from tenure.customers import announcements as customers
        from tenure.kernel.outbox import subscribe

        subscribe(TicketsWithdrawn, forget_on_timelines)
        for of_accounts in (customers.AccountsMerged, customers.AccountsParted):
            subscribe(of_accounts, recount_accounts)
        for of_people in (customers.PeopleMerged, customers.PeopleParted):
            subscribe(of_people, recount_people)
