"""What one cell says."""

import math
import re
from datetime import UTC, tzinfo

from tenure.connectors.csv_events.mapping import read_moment
from tenure.connectors.files.types import Cell, ValueType

LONGEST_TEXT = 10_000
_YES = frozenset({"yes", "true", "y", "t", "1", "on", "是", "对", "對", "真", "有"})
_NO = frozenset({"no", "false", "n", "f", "0", "off", "否", "不", "假", "无", "無"})
_CHINESE_DAY = re.compile(r"^(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*[日号號]?\s*(.*)$")
_NUMBER = re.compile(r"[+-]?(\d+|\d{1,3}([,  ' ]\d{3})+)?(\.\d+)?([eE][+-]?\d{1,3})?%?")


class Unreadable(Exception):
    """A cell is not what its column holds: the code of why, and what to put it into words with."""

    def __init__(self, code: str, **particulars: object) -> None:
        super().__init__(code)
        self.code, self.particulars = code, particulars


def read_value(cell: Cell, type_: ValueType, zone: tzinfo = UTC) -> Cell:
    """Read a cell as its column's type; None where nothing is said. Raises `Unreadable`."""
    if cell is None or (isinstance(cell, str) and not cell.strip()):
        return None
    if type_ is ValueType.AS_IS:
        return _cleaned(cell)
    if isinstance(cell, dict | list):
        if type_ is ValueType.TEXT:
            return _cleaned(cell)
        raise Unreadable("not_one_value")
    text = without_apostrophe(cell.replace("\x00", "")).strip() if isinstance(cell, str) else str(cell)
    if not text:
        return None
    match type_:
        case ValueType.NUMBER:
            return cell if isinstance(cell, int | float) and not isinstance(cell, bool) else _number(text)
        case ValueType.BOOLEAN:
            if isinstance(cell, bool):
                return cell
            if text.lower() in _YES:
                return True
            if text.lower() in _NO:
                return False
            raise Unreadable("boolean_unreadable", value=text[:60])
        case ValueType.DATE:
            return _date(text, zone)
        case _:
            if len(text) > LONGEST_TEXT:
                raise Unreadable("text_too_long", most=LONGEST_TEXT)
            return text


def domain_in(text: str) -> str:
    """Return the bare domain of a website or address, as accounts keep it; empty when there is none."""
    host = re.sub(r"^[a-z][a-z0-9+.-]*://", "", text.strip().lower()).split("/")[0].split("?")[0]
    host = host.rpartition("@")[2].split(":")[0].removeprefix("www.").strip(".")
    return host if "." in host and re.fullmatch(r"[^\s@]{3,255}", host) else ""


def _number(text: str) -> int | float:
    text = text.replace("，", ",").replace("−", "-")
    if not re.search(r"\d", text) or not _NUMBER.fullmatch(text):
        raise Unreadable("number_unreadable", value=text[:60])
    number = float(re.sub(r"[,  ' %]", "", text))
    if not math.isfinite(number):
        raise Unreadable("number_too_large", value=text[:60])
    if number.is_integer() and abs(number) < 2**53 and not re.search(r"[.eE]", text):
        return int(number)
    return number


def _date(text: str, zone: tzinfo) -> str:
    if found := _CHINESE_DAY.match(text):
        text = f"{found[1]}-{int(found[2]):02}-{int(found[3]):02} {found[4]}".strip()
    if re.fullmatch(r"\d{1,8}(\.\d+)?", text) and not re.fullmatch(r"(19|20)\d{6}", text):
        raise Unreadable("date_unreadable", value=text[:60])
    moment = read_moment(text, zone)
    if moment is None or not 1900 <= moment.year <= 2200:
        raise Unreadable("date_unreadable", value=text[:60])
    if re.fullmatch(r"\d{4}-\d{1,2}-\d{1,2}", text):
        return text if len(text) == 10 else moment.astimezone(zone).date().isoformat()
    return moment.isoformat()


def without_apostrophe(text: str) -> str:
    """Undo what our own CSV does so that no spreadsheet runs a text as a formula."""
    return text[1:] if re.match(r"'[=+\-@\t\r]", text) else text


def _cleaned(value: Cell) -> Cell:
    if isinstance(value, str):
        return value.replace("\x00", "")[:LONGEST_TEXT]
    if isinstance(value, list):
        return [_cleaned(each) for each in value]
    if isinstance(value, dict):
        return {str(name).replace("\x00", ""): _cleaned(each) for name, each in value.items()}
    return value
