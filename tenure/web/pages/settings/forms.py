"""Forms of the settings pages."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from tenure.tracking.types import ID_FIELDS, LONGEST_SESSION_GAP
from tenure.web.pages.set_up.forms import timezones
from tenure.workspaces.types import ApiScope, PermissionRole

ROLE_NAMES = {
    PermissionRole.OWNER: _("Owner"),
    PermissionRole.ADMIN: _("Admin"),
    PermissionRole.MEMBER: _("Member"),
    PermissionRole.VIEWER: _("Viewer"),
}
ROLE_WORDS = {
    PermissionRole.OWNER: _("everything, and may hand the workspace over"),
    PermissionRole.ADMIN: _("also members, keys and settings"),
    PermissionRole.MEMBER: _("works with customers and changes what Tenure does"),
    PermissionRole.VIEWER: _("reads everything, changes nothing"),
}
SCOPE_NAMES = {
    ApiScope.READ: _("Read: look at customers, events and everything else"),
    ApiScope.WRITE: _("Write: change customers, segments, tasks and journeys"),
    ApiScope.ADMIN: _("Admin: change members, keys and settings"),
    ApiScope.PRIVACY: _("Privacy: export everything about somebody, erase them, set how long things are kept"),
}
CURRENCIES = (
    "AUD", "BRL", "CAD", "CHF", "CNY", "CZK", "DKK", "EUR", "GBP", "HKD", "HUF", "IDR", "ILS", "INR", "JPY", "KRW",
    "MXN", "MYR", "NOK", "NZD", "PHP", "PLN", "RON", "SEK", "SGD", "THB", "TRY", "TWD", "USD", "VND", "ZAR",
)  # fmt: skip


class WorkspaceForm(forms.Form):
    """What a workspace may choose about itself."""

    name = forms.CharField(label=_("Name of your company"), max_length=120)
    timezone = forms.ChoiceField(label=_("Time zone"), help_text=_("Days begin and end by it in every chart and list."))
    locale = forms.ChoiceField(
        label=_("Language"),
        choices=settings.LANGUAGES,
        help_text=_("For mail to customers whose language is not known. Each member chooses their own for pages."),
    )
    currency = forms.ChoiceField(
        label=_("Currency"), help_text=_("Revenue without a currency of its own is in this one.")
    )
    holdout_percent = forms.FloatField(label=_("Holdout share, in percent"), min_value=0, max_value=50)
    session_minutes = forms.IntegerField(
        label=_("A session is over after so many minutes without use"),
        min_value=1,
        max_value=LONGEST_SESSION_GAP,
        required=False,
        help_text=_("Sessions and time in the app are counted by it; another number counts the past anew."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["timezone"].choices = timezones()  # type: ignore[attr-defined]
        kept = self.initial.get("currency")
        listed = sorted({*CURRENCIES, kept}) if kept else list(CURRENCIES)
        self.fields["currency"].choices = [(code, code) for code in listed]  # type: ignore[attr-defined]
        self.fields["holdout_percent"].widget.attrs |= {"step": "0.5", "inputmode": "decimal"}


class InvitationForm(forms.Form):
    """Whom to invite, as what."""

    email = forms.EmailField(label=_("E-mail address"), widget=forms.EmailInput(attrs={"autocomplete": "off"}))
    permission_role = forms.ChoiceField(label=_("Permission role"))

    def __init__(self, *args: Any, roles: list[PermissionRole], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["permission_role"].choices = [  # type: ignore[attr-defined]
            (role.value, f"{ROLE_NAMES[role]} – {ROLE_WORDS[role]}") for role in roles
        ]
        self.fields["permission_role"].initial = PermissionRole.MEMBER.value


class SourceForm(forms.Form):
    """A name for one more source of events."""

    name = forms.CharField(
        label=_("Name"), max_length=120, help_text=_("Where the events come from: Website, iPhone app, Billing server.")
    )


class ApiKeyForm(forms.Form):
    """A key for another program."""

    name = forms.CharField(label=_("Name"), max_length=120, help_text=_("The program that will use it."))
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"),
        choices=[(scope.value, SCOPE_NAMES[scope]) for scope in ApiScope],
        widget=forms.CheckboxSelectMultiple,
        initial=[ApiScope.READ.value],
    )


class ProfileForm(forms.Form):
    """How a member is called, and the language of their pages."""

    name = forms.CharField(label=_("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    title = forms.CharField(
        label=_("Job title"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "organization-title"}),
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    theme = forms.ChoiceField(
        label=_("Light or dark"),
        choices=[("auto", _("As the system")), ("light", _("Light")), ("dark", _("Dark"))],
        help_text=_("Language and look are kept in this browser."),
    )


class PlanRuleForm(forms.Form):
    """A rule of the tracking plan."""

    kind = forms.ChoiceField(
        label=_("What to do"),
        choices=[
            ("block", _("Block an event: it is not let in")),
            ("rename", _("Rename an event")),
            ("drop", _("Drop a property before anything is stored")),
            ("hash", _("Hash a property before anything is stored")),
        ],
    )
    event = forms.CharField(
        label=_("Event"),
        required=False,
        max_length=255,
        help_text=_("Exactly as it is sent. For a property: only in this event; empty means in all calls."),
    )
    new_name = forms.CharField(label=_("New name of the event"), required=False, max_length=255)
    field = forms.CharField(
        label=_("Property"),
        required=False,
        max_length=255,
        help_text=_("Such as email, or address.city for one within another. Traits are searched too."),
    )
    place = forms.ChoiceField(
        label=_("Where"),
        required=False,
        choices=[
            ("payload", _("in properties and traits")),
            ("context", _("in the context, where SDKs put the IP address and the device")),
            ("id", _("in the ids themselves (userId or anonymousId), where they are e-mail addresses: only to hash")),
        ],
    )

    def clean(self) -> dict[str, Any]:
        """Ask for what the chosen kind of rule needs."""
        given = super().clean() or {}
        event, field, new_name = (given.get(name, "") for name in ("event", "field", "new_name"))
        match given.get("kind"):
            case "block" if not event:
                self.add_error("event", _("Which event?"))
            case "rename" if not event or not new_name or event == new_name:
                self.add_error("new_name", _("A rename needs the event and another name for it."))
            case "drop" | "hash" if not field or not all(field.split(".")):
                self.add_error("field", _("Which property?"))
            case "drop" | "hash" as kind if given.get("place") == "id" and (
                kind == "drop" or event or field not in ID_FIELDS
            ):
                self.add_error("place", _("Addresses in userId or anonymousId can be hashed, in all calls at once."))
        return given
