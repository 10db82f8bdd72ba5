"""What can go wrong in activity."""

from tenure.kernel.errors import Invalid, NotFound


class ActivityChoiceInvalid(Invalid):
    """Raised when a choice for the watch over use cannot be meant; says which and why."""

    code = "activity_choice_invalid"


class NotWatchedYet(NotFound):
    """Nothing has been said of this account's use yet."""

    code = "not_watched_yet"
