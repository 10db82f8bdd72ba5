"""The parts of an account's and a person's page that stand on domains below; one file for each kind."""

from tenure.web.pages.accounts.parts import facts, programmes, standing, work


def register_all() -> None:
    """Put every part in its place."""
    standing.register()
    work.register()
    programmes.register()
    facts.register()
