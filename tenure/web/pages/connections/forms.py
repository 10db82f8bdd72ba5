"""Forms of the connections' pages."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tenure.connectors.stripe.types import MATCH_ORDER, MatchBy

MATCH_NAMES = {
    MatchBy.METADATA: _("the account's id in the customer's metadata"),
    MatchBy.REFERENCE: _("the client_reference_id of a checkout"),
    MatchBy.DOMAIN: _("the domain of the e-mail address, unless it is free mail"),
    MatchBy.NAME: _("the same name"),
    MatchBy.HAND: _("linked by hand"),
    MatchBy.MADE: _("the account was made for this customer"),
}
_SECRET = {"autocomplete": "off", "spellcheck": "false"}


class KeyForm(forms.Form):
    """A key of Stripe's API."""

    key = forms.CharField(
        label=_("Restricted key"),
        max_length=400,
        widget=forms.PasswordInput(attrs=_SECRET),
        help_text=_("Begins with rk_live_ or rk_test_. It is kept encrypted and never shown again."),
    )


class ConnectForm(KeyForm):
    """A new connection to Stripe."""

    name = forms.CharField(
        label=_("Name"), max_length=120, initial="Stripe", help_text=_("How this account of Stripe's is called here.")
    )
    field_order = ("name", "key")


class SecretForm(forms.Form):
    """A signing secret of a webhook."""

    secret = forms.CharField(
        label=_("Signing secret"),
        max_length=400,
        widget=forms.PasswordInput(attrs=_SECRET),
        help_text=_("Begins with whsec_. Stripe shows it on the page of the endpoint."),
    )


class MatchingForm(forms.Form):
    """In which order customers are matched with accounts."""

    account_field = forms.CharField(
        label=_("Key in the metadata that holds the account's id"), max_length=80, required=False
    )

    def __init__(self, *args: Any, order: list[MatchBy], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "–"), *((way.value, MATCH_NAMES[way]) for way in MATCH_ORDER)]
        for number in range(len(MATCH_ORDER)):
            self.fields[f"way{number}"] = forms.ChoiceField(
                label=_("Then by") if number else _("First by"),
                choices=choices,
                required=False,
                initial=order[number].value if number < len(order) else "",
            )
        self.order_fields([*(f"way{n}" for n in range(len(MATCH_ORDER))), "account_field"])

    @property
    def order(self) -> list[MatchBy]:
        """The chosen ways, each once."""
        chosen = [self.cleaned_data[f"way{n}"] for n in range(len(MATCH_ORDER))]
        return [MatchBy(way) for way in dict.fromkeys(chosen) if way]
