"""What newcomers are asked."""

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

PASSWORD = forms.PasswordInput(attrs={"autocomplete": "new-password", "minlength": "10"})


def timezones() -> list[tuple[str, str]]:
    """Return the zones a person would look for: regions and cities, with UTC first."""
    named = sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc/", "SystemV/")))
    return [("UTC", "UTC"), *((zone, zone.replace("_", " ")) for zone in named)]


class SetUpForm(forms.Form):
    """The first workspace and its owner."""

    workspace_name = forms.CharField(
        label=_("Name of your company"),
        max_length=120,
        help_text=_("Your team sees it in the corner of every page."),
        widget=forms.TextInput(attrs={"autocomplete": "organization", "autofocus": True}),
    )
    name = forms.CharField(label=_("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    email = forms.EmailField(
        label=_("Your e-mail address"),
        help_text=_("You sign in with it."),
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
    )
    password = forms.CharField(
        label=_("Password"), help_text=_("Ten characters or more."), strip=False, widget=PASSWORD
    )
    timezone = forms.ChoiceField(
        label=_("Time zone"), initial="UTC", help_text=_("Days begin and end by it in every chart and list.")
    )
    locale = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["timezone"].choices = timezones()  # type: ignore[attr-defined]
        self.fields["timezone"].widget.attrs["data-guess-timezone"] = True
        self.fields["locale"].initial = translation.get_language()


class JoinForm(forms.Form):
    """Someone invited who has no sign-in yet."""

    name = forms.CharField(
        label=_("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name", "autofocus": True})
    )
    password = forms.CharField(
        label=_("Password"), help_text=_("Ten characters or more."), strip=False, widget=PASSWORD
    )
