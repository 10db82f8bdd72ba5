"""What the columns of a file mean: guessed from their names and cells, said by a member, remembered from last time."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tenure.connectors.files.errors import ColumnsUnusable
from tenure.connectors.files.rules.values import Unreadable, read_value
from tenure.connectors.files.types import Cell, Column, Kind, Row, Target, ValueType

T = Target
FIELDS: Mapping[Kind, Sequence[Target]] = {
    Kind.ACCOUNTS: (T.EXTERNAL_ID, T.DOMAIN, T.NAME, T.SIGNED_UP_AT, T.PARENT_ID),
    Kind.PEOPLE: (
        T.EXTERNAL_ID, T.EMAIL, T.NAME, T.FIRST_NAME, T.LAST_NAME, T.ACCOUNT_ID, T.ROLE, T.SIGNED_UP_AT, T.TIMEZONE,
        T.LOCALE,
    ),
}  # fmt: skip
KEYS: Mapping[Kind, tuple[Target, Target]] = {
    Kind.ACCOUNTS: (T.EXTERNAL_ID, T.DOMAIN),
    Kind.PEOPLE: (T.EXTERNAL_ID, T.EMAIL),
}
"""By what a row finds the account or person it is about: the first where there is one, otherwise the second."""

TRAIT_OF = {
    T.DOMAIN: "domain", T.EMAIL: "email", T.NAME: "name", T.FIRST_NAME: "first_name", T.LAST_NAME: "last_name",
    T.ROLE: "role", T.PARENT_ID: "parent_id", T.TIMEZONE: "timezone", T.LOCALE: "locale", T.SIGNED_UP_AT: "created_at",
}  # fmt: skip
"""The trait a field is kept as."""

_SHARED = {
    T.SIGNED_UP_AT: "signed_up_at signed_up signup_date created_at createdat created registered_at 注册时间 註冊時間 "
    "注册日期 註冊日期 创建时间 建立時間 签约日期 簽約日期",
}
_NAMES: Mapping[Kind, Mapping[Target, str]] = {
    Kind.ACCOUNTS: _SHARED
    | {
        T.EXTERNAL_ID: "external_id account_id accountid company_id group_id groupid organization_id customer_id id "
        "客户编号 客戶編號 客户id 客戶id 账户id 帳戶id 公司编号 公司編號 编号 編號",
        T.DOMAIN: "domain website url web_site homepage 域名 網域 网址 網址 网站 網站 官网 官網",
        T.NAME: "name account account_name company company_name organization customer "
        "名称 名稱 公司 公司名称 公司名稱 客户名称 客戶名稱 客户 客戶 企业名称 企業名稱",
        T.PARENT_ID: "parent_id parent_account_id parent parent_company 上级编号 上級編號 母公司 上级公司 上級公司",
    },
    Kind.PEOPLE: _SHARED
    | {
        T.EXTERNAL_ID: "external_id user_id userid person_id contact_id distinct_id id 用户id 使用者id 用户编号 "
        "使用者編號 联系人编号 聯絡人編號 编号 編號",
        T.EMAIL: "email e_mail mail email_address 邮箱 電子郵件 电子邮件 邮件 信箱 电子邮箱 電郵",
        T.NAME: "name full_name fullname person contact contact_name 姓名 名字 联系人 聯絡人",
        T.FIRST_NAME: "first_name firstname given_name 名",
        T.LAST_NAME: "last_name lastname surname family_name 姓",
        T.ACCOUNT_ID: "account_id accountid account_external_id company_id group_id organization_id account company "
        "客户编号 客戶編號 公司编号 公司編號 账户id 帳戶id",
        T.ROLE: "role job_role 角色",
        T.TIMEZONE: "timezone time_zone 时区 時區",
        T.LOCALE: "locale language 语言 語言",
    },
}
ERROR_COLUMNS = ("import_reason", "import_line", "import_column")
"""What an error file has before the columns it came with."""


def suggest(kind: Kind, header: Sequence[str], rows: Iterable[Row], remembered: Sequence[Column] = ()) -> list[Column]:
    """Suggest what each column means: as last time where all of its columns are there, by name and cells otherwise.

    Of a file that we exported, the id and the traits are taken; the rest is what we worked out from them.
    """
    sample = list(rows)
    key = next((n for n in ("external_id", "user_id") if n in header and n in _NAMES[kind][T.EXTERNAL_ID].split()), "")
    is_ours = bool(key) and {"first_seen_at", "last_seen_at"} <= set(header)
    if is_ours or not {c.name for c in remembered} <= set(header):
        remembered = ()
    last = {c.name: c for c in remembered}
    taken = {last[name].target for name in header if name in last and last[name].target is not T.TRAIT}
    by_name = {word: target for target, words in _NAMES[kind].items() for word in words.split()}
    wanted = {name: by_name.get(plain(name)) for name in header}
    if is_ours:
        wanted = {name: T.EXTERNAL_ID if name == key else None for name in header}
    suggested: list[Column] = []
    for name in header:
        if remembered and name in last:
            suggested.append(last[name])
            continue
        target = wanted[name]
        if target is not None and target not in taken:
            better = [n for n in header if wanted[n] is target]
            if _best(kind, target, better) == name:
                taken.add(target)
                suggested.append(Column(name=name, target=target, type=type_for(target)))
                continue
        if not plain(name) or name in ERROR_COLUMNS or remembered or (is_ours and not is_trait(name)):
            continue
        cells = [row.cells.get(name) for row in sample]
        trait = name.removeprefix("trait.").removeprefix("traits.").strip()[:255]
        suggested.append(Column(name=name, target=T.TRAIT, trait=trait, type=type_of(cells)))
    return suggested


def is_trait(name: str) -> bool:
    """Tell whether a column is called like a trait in our own exports."""
    return name.startswith(("trait.", "traits."))


def type_for(target: Target) -> ValueType:
    """Return how the cells of a field are read."""
    return ValueType.DATE if target is T.SIGNED_UP_AT else ValueType.TEXT


def type_of(cells: Sequence[Cell]) -> ValueType:
    """Find a type that fits every cell; numbers that begin with a zero are codes, which are text."""
    filled = [c for c in cells if c is not None and str(c).strip() != ""]
    if any(not isinstance(c, str) for c in filled):
        return ValueType.AS_IS
    if not filled or any(re.match(r"\s*[+-]?0\d", c) for c in filled):
        return ValueType.TEXT
    for type_ in (ValueType.NUMBER, ValueType.BOOLEAN, ValueType.DATE):
        try:
            for cell in filled:
                read_value(cell, type_)
        except Unreadable:
            continue
        return type_
    return ValueType.TEXT


def check(kind: Kind, columns: Sequence[Column], header: Sequence[str]) -> None:
    """Refuse columns that cannot be used; raises `ColumnsUnusable`."""
    for each in columns:
        if each.name not in header:
            raise ColumnsUnusable(f"There is no column {each.name!r}. The file has: {', '.join(header)}.")
        if each.target is T.TRAIT and not each.trait:
            raise ColumnsUnusable(f"{each.name!r} is a trait without a name.")
        if each.target is not T.TRAIT and each.target not in FIELDS[kind]:
            raise ColumnsUnusable(f"{kind.value} have no field {each.target.value!r}.")
    said = [c.trait if c.target is T.TRAIT else TRAIT_OF.get(c.target, c.target.value) for c in columns]
    if twice := sorted({name for name in said if said.count(name) > 1}):
        raise ColumnsUnusable(f"Two columns say the same: {', '.join(twice)}.")
    if not set(KEYS[kind]) & {c.target for c in columns}:
        wanted = " or ".join(k.value for k in KEYS[kind])
        raise ColumnsUnusable(f"Which column says whom a row is about? One of them has to be {wanted}.")


def read_mapping(kind: Kind, text: str, header: Sequence[str], suggested: Sequence[Column]) -> list[Column]:
    """Read `external_id=Number,trait.plan=Plan,name=`: what is not said is as suggested. Raises `ColumnsUnusable`."""
    columns = list(suggested)
    for part in filter(None, (p.strip() for p in text.split(","))):
        target, equals, name = (x.strip() for x in part.partition("="))
        if not equals:
            raise ColumnsUnusable(f"{part!r}: write field=column, for example external_id=number.")
        first, _, rest = target.partition(".")
        trait, _, type_ = rest.partition(":")
        try:
            of = T(first)
            read_as = ValueType(type_) if type_ else None
        except ValueError as error:
            known = ", ".join([*(f.value for f in FIELDS[kind]), "trait.NAME", "trait.NAME:number"])
            raise ColumnsUnusable(f"{target!r} is not a field. Fields: {known}.") from error
        before = next((c for c in columns if c.name == name), None)
        columns = [
            c for c in columns if c.name != name and (c.target is not of or (of is T.TRAIT and c.trait != trait))
        ]
        if name:
            kept = before.type if before and before.target is T.TRAIT else ValueType.TEXT
            made = read_as or (kept if of is T.TRAIT else type_for(of))
            columns.append(Column(name=name, target=of, trait=trait, type=made))
    check(kind, columns, header)
    return columns


def stored(columns: Sequence[Column]) -> list[dict[str, str]]:
    """Write columns as JSON."""
    return [{"name": c.name, "target": c.target.value, "trait": c.trait, "type": c.type.value} for c in columns]


def restored(written: Sequence[Mapping[str, Any]]) -> list[Column]:
    """Read columns that were stored."""
    return [
        Column(name=c["name"], target=Target(c["target"]), trait=c["trait"], type=ValueType(c["type"])) for c in written
    ]


def plain(name: str) -> str:
    """Write the name of a column as the lists of known names do."""
    return re.sub(r"[\s\-./]+", "_", name.strip().lower().removeprefix("trait.").removeprefix("traits.")).strip("_")


def _best(kind: Kind, target: Target, names: Sequence[str]) -> str:
    order = _NAMES[kind][target].split()
    return min(names, key=lambda n: order.index(plain(n)))
