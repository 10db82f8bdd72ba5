"""What can go wrong with imports of files."""

from tenure.kernel.errors import Conflict, Invalid, NotFound


class NoSuchImport(NotFound):
    """There is no such import in this workspace."""

    code = "no_such_import"


class ImportNotReady(Conflict):
    """This import is not in a state in which that can be done; load its page again."""

    code = "import_not_ready"


class FileGone(Conflict):
    """The uploaded file has been deleted; upload it again."""

    code = "import_file_gone"


class ColumnsUnusable(Invalid):
    """The columns cannot be used like this; the message says which and why.

    `details["why"]` is the code of the reason, and the rest of the details is what puts it into words.
    """

    code = "import_columns_unusable"


class FileTooLarge(Invalid):
    """The file is larger than an upload may be; import it with the command `tenure import`."""

    code = "import_file_too_large"


class TimeZoneUnknown(Invalid):
    """This is not a time zone, such as Europe/Berlin."""

    code = "import_time_zone_unknown"
