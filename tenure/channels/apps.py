from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    name = "tenure.channels"
    label = "channels"

    def ready(self) -> None:
        from tenure.channels import jobs
        from tenure.channels.email.channel import EmailChannel
        from tenure.channels.registry import register
        from tenure.customers.announcements import AccountsMerged, AccountsParted, PeopleMerged, PeopleParted
        from tenure.kernel.outbox import subscribe

        register(EmailChannel())
        subscribe(PeopleMerged, jobs.on_people_merged)
        subscribe(AccountsMerged, jobs.on_accounts_merged)
        subscribe(PeopleParted, jobs.on_people_parted)
        subscribe(AccountsParted, jobs.on_accounts_parted)
