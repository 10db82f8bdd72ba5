"""The stages an account can be put into, as its forms offer them."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from tenure.lifecycle import queries as lifecycle

if TYPE_CHECKING:
    from tenure.customers.models import Account


def stages_for(account: "Account") -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the stages an account can be put into, in groups: where it is, where a transition leads, exceptions."""
    names, machine = lifecycle.stage_names(), lifecycle.lifecycle().machine
    here, led = lifecycle.stages_of([account.pk]).get(account.pk), lifecycle.stages_led_to(account.pk)
    groups = (
        (_("a transition leads there"), [key for key in machine.keys if key in led and key != here]),
        (_("it is there: hold it"), [key for key in machine.keys if key == here]),
        (_("only as an exception"), [key for key in machine.keys if key not in led and key != here]),
    )
    return [(said, [(key, names[key]) for key in keys]) for said, keys in groups if keys]
