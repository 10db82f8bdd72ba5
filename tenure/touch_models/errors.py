"""What can go wrong with touch models."""

from tenure.kernel.errors import Conflict, Invalid, NotFound
from tenure.kernel.written import TextWrong


class TouchModelsWrong(TextWrong):
    """Touch models or plans cannot be used; `problems` says what is wrong, and on which line."""

    code = "touch_models_wrong"


class NoSuchTouchModel(NotFound):
    """There is no such touch model in this workspace."""

    code = "no_such_touch_model"


class NoTouchModels(NotFound):
    """This workspace has no touch models yet."""

    code = "no_touch_models"


class NoSuchTouchModelsVersion(NotFound):
    """There is no such version of the touch models."""

    code = "no_such_touch_models_version"


class TouchModelsChangedMeanwhile(Conflict):
    """Somebody else changed the touch models meanwhile; look at what they are now and try again."""

    code = "touch_models_changed_meanwhile"


class LockReasonMissing(Invalid):
    """A lock needs a reason, and a day in the future if it is to end by itself."""

    code = "lock_reason_missing"


class NoSuchLock(NotFound):
    """There is no such lock on a touch model."""

    code = "no_such_lock"


class BooksWrong(TextWrong):
    """Capacities or pooled books cannot be used; `problems` says what is wrong, and on which line."""

    code = "books_wrong"


class BooksChangedMeanwhile(Conflict):
    """Somebody else changed the books meanwhile; look at what they are now and try again."""

    code = "books_changed_meanwhile"


class NoSuchBooksVersion(NotFound):
    """There is no such version of the books."""

    code = "no_such_books_version"


class NoSuchStep(NotFound):
    """There is no such step of a change of touch models."""

    code = "no_such_step"


class ChannelForbidden(Conflict):
    """The touch model of this account says not to reach it by this channel; nothing was sent."""

    code = "channel_forbidden"
