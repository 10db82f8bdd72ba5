"""Forms of privacy: how long things are kept, whom to erase, what somebody agreed to."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tenure.privacy.types import LEAST_DAYS, MOST_DAYS, Kept, Retention, SubjectKind
from tenure.web.pages.privacy.words import KEPT


class RetentionForm(forms.Form):
    """Days for each kind of data; empty means for ever."""

    def __init__(self, given: Any = None, *, now: list[Retention]) -> None:
        super().__init__(given, initial={rule.kind.value: rule.days for rule in now})
        self.now = now
        for rule in now:
            least = LEAST_DAYS.get(rule.kind, 1)
            too_few = ngettext("At least %(n)s day.", "At least %(n)s days.", least) % {"n": least}
            if rule.kind in LEAST_DAYS:
                too_few += " " + _("Signals and charts are judged against that much of the past.")
            too_many = _("At most %(n)s days; leave it empty to keep it for ever.") % {"n": MOST_DAYS}
            wrong = _("A whole number of days, or nothing to keep it for ever.")
            self.fields[rule.kind.value] = forms.IntegerField(
                label=KEPT[rule.kind][0],
                required=False,
                min_value=least,
                max_value=MOST_DAYS,
                error_messages={"invalid": wrong, "min_value": too_few, "max_value": too_many},
            )

    def rows(self) -> list[dict[str, Any]]:
        """Return each kind with its words, its rule and its field, for the table."""
        return [
            {
                "name": KEPT[rule.kind][0],
                "words": KEPT[rule.kind][1],
                "rule": rule,
                "field": self[rule.kind.value],
                "least": LEAST_DAYS.get(rule.kind, 1),
            }
            for rule in self.now
        ]

    def changed(self) -> list[tuple[Kept, int | None]]:
        """Return the kinds that are to be kept otherwise than now."""
        given = self.cleaned_data
        return [(rule.kind, given[rule.kind.value]) for rule in self.now if given[rule.kind.value] != rule.days]


class LookForm(forms.Form):
    """An id somebody was known by."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Whom"),
        choices=[(SubjectKind.PERSON, gettext_lazy("a person")), (SubjectKind.ACCOUNT, gettext_lazy("an account"))],
    )
    known_as = forms.CharField(
        label=gettext_lazy("Id in your product, or e-mail address"),
        max_length=500,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class EraseForm(forms.Form):
    """The name typed once more, and why."""

    typed = forms.CharField(max_length=500, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    reason = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("Kept in the ledger of erasures, without the names and ids of whoever is erased."),
    )

    def __init__(self, *args: Any, names: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.names = names

    def clean_typed(self) -> str:
        """Let only one of the names through."""
        typed: str = self.cleaned_data["typed"].strip()
        if typed.casefold() not in {name.casefold() for name in self.names}:
            raise forms.ValidationError(_("This is not the name or id of whom this page is about."))
        return typed


class ConsentForm(forms.Form):
    """What somebody said yes or no to."""

    purpose = forms.CharField(
        label=gettext_lazy("Purpose"),
        max_length=120,
        widget=forms.TextInput(attrs={"list": "purposes", "autocomplete": "off"}),
        help_text=gettext_lazy("A no to the key of a message topic unsubscribes them from that topic too."),
    )
    answer = forms.ChoiceField(
        label=gettext_lazy("They said"), choices=[("yes", gettext_lazy("yes")), ("no", gettext_lazy("no"))]
    )
    day = forms.DateField(label=gettext_lazy("On"), widget=forms.DateInput(attrs={"type": "date"}))
    source = forms.CharField(
        label=gettext_lazy("Where"), max_length=160, help_text=gettext_lazy("On the phone, in a contract, by letter.")
    )
    evidence = forms.CharField(
        label=gettext_lazy("Evidence"),
        max_length=10_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Their words, or where they can be found again."),
    )

    def __init__(self, given: Any = None, *, today: date) -> None:
        super().__init__(given, initial={"day": today.isoformat()})
        self.today = today

    def clean_day(self) -> date:
        """Refuse days that are still to come."""
        day: date = self.cleaned_data["day"]
        if day > self.today:
            raise forms.ValidationError(_("This day is still to come."))
        return day
