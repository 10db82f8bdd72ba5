"""What can go wrong with facts about companies."""

from tenure.kernel.errors import Invalid, NotFound


class ProviderAddressUnusable(Invalid):
    """A provider's address begins with https://, holds {domain}, and leads to a public host."""

    code = "provider_address_unusable"


class ProviderUnreachable(Invalid):
    """The provider did not answer in time, or not with facts."""

    code = "provider_unreachable"


class ProviderBusy(ProviderUnreachable):
    """The provider asks to be left alone for a while."""

    code = "provider_busy"

    def __init__(self, message: str, *, seconds: float) -> None:
        super().__init__(message)
        self.seconds = seconds


class PaceUnusable(Invalid):
    """A provider is asked about 1 to 1,000 companies a minute."""

    code = "provider_pace_unusable"


class NoProvider(NotFound):
    """No provider of company facts is set up in this workspace."""

    code = "no_provider"
