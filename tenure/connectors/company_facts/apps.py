from django.apps import AppConfig


class CompanyFactsConfig(AppConfig):
    name = "tenure.connectors.company_facts"
    label = "company_facts"

    def ready(self) -> None:
        from tenure.connectors.company_facts import jobs
        from tenure.connectors.company_facts.connector import CompanyFactsConnector
        from tenure.connectors.registry import register
        from tenure.customers.announcements import AccountTraitsChanged
        from tenure.kernel.outbox import subscribe

        register(CompanyFactsConnector())
        subscribe(AccountTraitsChanged, jobs.on_account_traits_changed)
