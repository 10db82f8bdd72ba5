"""Why something was not taken: stable codes, for answers, the refusals page and docs/reference/errors.md."""

from enum import StrEnum


class Code(StrEnum):
    """The reason a call, or a whole request, was refused."""

    WRITE_KEY_MISSING = "write_key_missing"
    WRITE_KEY_UNKNOWN = "write_key_unknown"
    WRITE_KEY_RETIRED = "write_key_retired"
    BODY_TOO_LARGE = "body_too_large"
    ENCODING_UNKNOWN = "encoding_unknown"
    GZIP_BROKEN = "gzip_broken"
    JSON_BROKEN = "json_broken"
    BATCH_MISSING = "batch_missing"
    BATCH_TOO_LONG = "batch_too_long"
    CALL_NOT_AN_OBJECT = "call_not_an_object"
    CALL_TOO_LARGE = "call_too_large"
    TOO_MANY_PROPERTIES = "too_many_properties"
    NOT_UTF8 = "not_utf8"
    TYPE_UNKNOWN = "type_unknown"
    ID_MISSING = "id_missing"
    EVENT_NAME_MISSING = "event_name_missing"
    GROUP_ID_MISSING = "group_id_missing"
    FIELD_WRONG = "field_wrong"
    FIELD_TOO_LONG = "field_too_long"
    NUL_CHARACTER = "nul_character"
    TIMESTAMP_UNREADABLE = "timestamp_unreadable"
    TIMESTAMP_TOO_EARLY = "timestamp_too_early"
    TIMESTAMP_IN_FUTURE = "timestamp_in_future"
    NESTED_TOO_DEEP = "nested_too_deep"
    NOT_STORABLE = "not_storable"
    EVENT_BLOCKED = "event_blocked"
    OVERLOADED = "overloaded"
    SLOW_SENDER = "slow_sender"
    PATH_UNKNOWN = "path_unknown"
    METHOD_NOT_ALLOWED = "method_not_allowed"


class BodyRefused(Exception):
    """The whole request cannot be taken; `status` is what the SDKs understand."""

    def __init__(self, status: int, code: Code, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.code = code
        self.reason = reason
        self.seen = b""
