"""Why rows are refused and files cannot be used, in the reader's language: from a code and particulars, when read."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tenure.kernel.errors import DomainError

REASONS: Mapping[str, Any] = {
    "wrong_number_of_cells": gettext_lazy("The row has %(cells)s cells where the header has %(columns)s."),
    "not_an_object": gettext_lazy("The line is not a JSON object."),
    "row_too_long": gettext_lazy("The row has more than %(most)s bytes."),
    "no_key": gettext_lazy("The row says none of: %(fields)s."),
    "id_is_junk": gettext_lazy("“%(value)s” is what programs write when they mean nobody."),
    "id_too_long": gettext_lazy("An id has at most %(most)s characters."),
    "several_match": gettext_lazy("%(count)s match: say which one by external_id."),
    "email_unreadable": gettext_lazy("This is not an e-mail address."),
    "domain_unreadable": gettext_lazy("This is not a domain such as acme.example."),
    "not_one_value": gettext_lazy("A list or an object stands where one value should."),
    "boolean_unreadable": gettext_lazy("“%(value)s” is neither yes nor no."),
    "text_too_long": gettext_lazy("The text is longer than %(most)s characters."),
    "number_unreadable": gettext_lazy("“%(value)s” is not a number."),
    "number_too_large": gettext_lazy("“%(value)s” is too large a number."),
    "date_unreadable": gettext_lazy("“%(value)s” is not a date."),
    "no_event": gettext_lazy("The row names no event."),
    "no_id": gettext_lazy("The row names no user."),
    "timestamp_unreadable": gettext_lazy("“%(value)s” is not a date and time."),
    "timestamp_out_of_range": gettext_lazy("%(value)s is before 1990 or in the future."),
    "properties_unreadable": gettext_lazy("“%(value)s” is not a JSON object of properties."),
    "event_blocked": gettext_lazy("The tracking plan blocks “%(value)s”."),
    "no_subscription": gettext_lazy("The row names no account or no subscription."),
    "subscription_twice": gettext_lazy(
        "“%(value)s” stands in the file before; a column `changed` can tell from when each row holds."
    ),
    "subscription_unusable": gettext_lazy("The subscription cannot be used: %(value)s"),
    "no_start": gettext_lazy("The row does not say when the subscription started."),
    "ends_before_it_starts": gettext_lazy("It ended before it started."),
    "currency_unknown": gettext_lazy("“%(value)s” is not a currency with three letters."),
    "amount_unreadable": gettext_lazy("“%(value)s” is not an amount of money."),
    "amount_negative": gettext_lazy("What was spent is not less than nothing."),
    "interval_unknown": gettext_lazy("“%(value)s” is not an interval such as month, year or 3 months."),
    "quantity_unreadable": gettext_lazy("“%(value)s” is not a quantity."),
    "discount_unreadable": gettext_lazy("“%(value)s” is not a share between 0 and 100 %%."),
    "status_unknown": gettext_lazy("“%(value)s” is none of: %(known)s."),
    "moment_unreadable": gettext_lazy("“%(value)s” is not a date and time from 1990 on."),
    "month_unreadable": gettext_lazy("“%(value)s” is not a month such as 2026-03."),
    "no_day": gettext_lazy("The row does not say when it was spent."),
    "days_out_of_order": gettext_lazy("It ends before it begins, or lasts longer than ten years."),
    "no_ticket": gettext_lazy("The row names no ticket."),
    "priority_unknown": gettext_lazy("“%(value)s” is none of: %(known)s."),
    "satisfaction_unreadable": gettext_lazy("“%(value)s” is neither good, neutral or bad, nor a number from 1 to 5."),
    "solved_before_it_opened": gettext_lazy("It was solved before it was opened."),
    "no_company_domain": gettext_lazy(
        "There is no company's domain: it is empty, unreadable, or of a free mail provider."
    ),
    "no_fact": gettext_lazy("The row says nothing besides the domain."),
    "fact_unreadable": gettext_lazy("“%(value)s” cannot be read as %(field)s."),
}
"""Why a row is refused, by code."""

PROBLEMS: Mapping[str, Any] = {
    "file_gone": gettext_lazy("The uploaded file has been deleted; upload it again."),
    "not_a_file": gettext_lazy("“%(file)s” is not a file."),
    "empty": gettext_lazy("The file is empty."),
    "not_text": gettext_lazy("The file holds zero bytes: it is not a text file."),
    "other_encoding": gettext_lazy("The file cannot be read as %(encoding)s: choose another encoding."),
    "columns_twice": gettext_lazy("These columns appear twice in the first line: %(columns)s."),
    "no_columns": gettext_lazy("The first line of the file names no columns."),
    "no_object": gettext_lazy("No line of the file is a JSON object."),
    "breaks_off": gettext_lazy("After line %(line)s the file cannot be read: %(error)s."),
    "too_large": gettext_lazy("The file is larger than %(most)s GB."),
    "erased": gettext_lazy(
        "The file named somebody who was erased meanwhile, and was deleted. Upload one without them."
    ),
    "no_column": gettext_lazy("There is no column “%(column)s”. The file has: %(columns)s."),
    "no_name": gettext_lazy("“%(column)s” needs a name of what it is."),
    "no_field": gettext_lazy("“%(field)s” is not a field of these rows."),
    "no_pair": gettext_lazy("“%(part)s”: write field=column, for example external_id=number."),
    "same": gettext_lazy("Two columns say the same: %(columns)s."),
    "no_key": gettext_lazy("One of the columns has to be: %(fields)s."),
    "no_event_column": gettext_lazy(
        "Say which column names the event, or which event every row is, such as Order Completed."
    ),
    "event_too_long": gettext_lazy("The name of an event has at most %(most)s characters."),
}
"""Why a file, or what its columns mean, cannot be used, by code."""


def reason(code: str, particulars: Mapping[str, Any]) -> str:
    """Say why a row was refused."""
    return _filled(REASONS.get(code), code, particulars)


def problem(code: str, particulars: Mapping[str, Any]) -> str:
    """Say why an import stopped."""
    return _filled(PROBLEMS.get(code), code, particulars)


def problem_of(error: DomainError) -> str:
    """Say why a file, or what its columns mean, was refused."""
    why = str(error.details.get("why") or "")
    return problem(why, error.details) if why in PROBLEMS else str(error)


def _filled(words: Any, code: str, particulars: Mapping[str, Any]) -> str:
    if words is None:
        return code
    said = {name: _listed(value) for name, value in particulars.items()}
    try:
        return str(words) % said
    except KeyError:  # kept by an earlier version
        return code


def _listed(value: Any) -> Any:
    return _(", ").join(map(str, value)) if isinstance(value, list | tuple) else value
