"""What the rows of each kind of file can say: their fields, what finds them, and what columns are called."""

import dataclasses
from collections.abc import Mapping, Sequence

from tenure.connectors.company_facts.rules import TRAITS as FACTS
from tenure.connectors.csv_billing.types import SPEND_NAMES, SUBSCRIPTION_NAMES
from tenure.connectors.csv_events.mapping import KNOWN_AS
from tenure.connectors.files.types import Kind, Target, ValueType

T = Target


@dataclasses.dataclass(frozen=True, kw_only=True)
class Shape:
    """A kind of file.

    Of each group in `keys` one has to be there. `names` are what the columns of a field are called, the likeliest
    first. `rest` is what every other column becomes; None leaves it out. `aliases` are said for a target in mappings.
    """

    fields: Sequence[Target]
    keys: Sequence[Sequence[Target]]
    names: Mapping[Target, str]
    rest: Target | None = None
    named: Sequence[Target] = ()
    types: Mapping[Target, ValueType] = dataclasses.field(default_factory=dict)
    aliases: Mapping[str, Target] = dataclasses.field(default_factory=dict)


_SIGNED_UP = (
    "signed_up_at signed_up signup_date created_at createdat created registered_at 注册时间 註冊時間 注册日期 註冊日期 "
    "创建时间 建立時間 签约日期 簽約日期"
)
_ACCOUNT = (
    "account_id accountid account_external_id company_id group_id organization_id account company "
    "客户编号 客戶編號 公司编号 公司編號 账户id 帳戶id"
)
_EMAIL = "email e_mail mail email_address requester_email 邮箱 電子郵件 电子邮件 邮件 信箱 电子邮箱 電郵"

SHAPES: Mapping[Kind, Shape] = {
    Kind.ACCOUNTS: Shape(
        fields=(T.EXTERNAL_ID, T.DOMAIN, T.NAME, T.SIGNED_UP_AT, T.PARENT_ID),
        keys=((T.EXTERNAL_ID, T.DOMAIN),),
        names={
            T.SIGNED_UP_AT: _SIGNED_UP,
            T.EXTERNAL_ID: "external_id account_id accountid company_id group_id groupid organization_id customer_id "
            "account_no account_number customer_no customer_number "
            "id 客户编号 客戶編號 客户id 客戶id 账户id 帳戶id 公司编号 公司編號 编号 編號",
            T.DOMAIN: "domain website url web_site homepage 域名 網域 网址 網址 网站 網站 官网 官網",
            T.NAME: "name account account_name company company_name organization customer "
            "名称 名稱 公司 公司名称 公司名稱 客户名称 客戶名稱 客户 客戶 企业名称 企業名稱",
            T.PARENT_ID: "parent_id parent_account_id parent parent_company 上级编号 上級編號 母公司 上级公司 上級公司",
        },
        rest=T.TRAIT,
        named=(T.TRAIT,),
        types={T.SIGNED_UP_AT: ValueType.DATE},
    ),
    Kind.PEOPLE: Shape(
        fields=(
            T.EXTERNAL_ID, T.EMAIL, T.NAME, T.FIRST_NAME, T.LAST_NAME, T.ACCOUNT_ID, T.ROLE, T.SIGNED_UP_AT,
            T.TIMEZONE, T.LOCALE,
        ),
        keys=((T.EXTERNAL_ID, T.EMAIL),),
        names={
            T.SIGNED_UP_AT: _SIGNED_UP,
            T.EXTERNAL_ID: "external_id user_id userid person_id contact_id distinct_id id 用户id 使用者id 用户编号 "
            "使用者編號 联系人编号 聯絡人編號 编号 編號",
            T.EMAIL: _EMAIL,
            T.NAME: "name full_name fullname person contact contact_name 姓名 名字 联系人 聯絡人",
            T.FIRST_NAME: "first_name firstname given_name 名",
            T.LAST_NAME: "last_name lastname surname family_name 姓",
            T.ACCOUNT_ID: _ACCOUNT,
            T.ROLE: "role job_role 角色",
            T.TIMEZONE: "timezone time_zone 时区 時區",
            T.LOCALE: "locale language 语言 語言",
        },
        rest=T.TRAIT,
        named=(T.TRAIT,),
        types={T.SIGNED_UP_AT: ValueType.DATE},
    ),
    Kind.EVENTS: Shape(
        fields=(
            T.EVENT, T.TIMESTAMP, T.USER_ID, T.ANONYMOUS_ID, T.ACCOUNT_ID, T.MESSAGE_ID, T.PROPERTIES,
        ),
        keys=((T.EVENT,), (T.TIMESTAMP,), (T.USER_ID, T.ANONYMOUS_ID)),
        names={Target(field.value): names for field, names in KNOWN_AS.items()},
        rest=T.PROPERTY,
        named=(T.PROPERTY, T.USER_TRAIT, T.ACCOUNT_TRAIT),
        aliases={"user": T.USER_TRAIT, "account": T.ACCOUNT_TRAIT},
    ),
    Kind.SUBSCRIPTIONS: Shape(
        fields=tuple(Target(field.value) for field in SUBSCRIPTION_NAMES),
        keys=((T.ACCOUNT,), (T.SUBSCRIPTION,), (T.STARTED,), (T.AMOUNT, T.UNIT_AMOUNT)),
        names={Target(field.value): names for field, names in SUBSCRIPTION_NAMES.items()},
    ),
    Kind.TICKETS: Shape(
        fields=(
            T.EXTERNAL_ID, T.SUBJECT, T.STATUS, T.PRIORITY, T.CHANNEL, T.ACCOUNT_ID, T.USER_ID, T.EMAIL, T.OPENED_AT,
            T.FIRST_ANSWERED_AT, T.SOLVED_AT, T.SATISFACTION, T.CHANGED,
        ),
        keys=((T.EXTERNAL_ID,),),
        names={
            T.EXTERNAL_ID: "external_id ticket_id ticketid ticket conversation_id case_id id number key 工单编号 "
            "工單編號 工单号 工單號 编号 編號",
            T.SUBJECT: "subject title summary topic 主题 主題 标题 標題",
            T.STATUS: "status state 状态 狀態",
            T.PRIORITY: "priority urgency 优先级 優先順序 優先級",
            T.CHANNEL: "channel via source 渠道 管道",
            T.ACCOUNT_ID: _ACCOUNT,
            T.USER_ID: "user_id userid person_id requester_id customer_id contact_id 用户id 使用者id",
            T.EMAIL: _EMAIL,
            T.OPENED_AT: "opened_at opened created_at created created_date 创建时间 建立時間",
            T.FIRST_ANSWERED_AT: "first_answered_at first_reply_at first_response_at first_replied_at 首次回复时间 "
            "首次回覆時間",
            T.SOLVED_AT: "solved_at solved resolved_at resolved closed_at closed 解决时间 解決時間",
            T.SATISFACTION: "satisfaction csat satisfaction_rating rating satisfaction_score 满意度 滿意度",
            T.CHANGED: "changed changed_at updated_at updated as_of 更新时间 更新時間",
        },
    ),
    Kind.SPEND: Shape(
        fields=tuple(Target(field.value) for field in SPEND_NAMES),
        keys=((T.AMOUNT,), (T.MONTH, T.FIRST)),
        names={Target(field.value): names for field, names in SPEND_NAMES.items()},
    ),
    Kind.COMPANIES: Shape(
        fields=(T.DOMAIN, *(Target(trait) for trait in FACTS)),
        keys=((T.DOMAIN,),),
        names={
            T.DOMAIN: "domain website url web_site homepage 域名 網域 网址 網址 网站 網站 官网 官網",
            **{Target(trait): " ".join(names) for trait, names in FACTS.items()},
        },
    ),
}  # fmt: skip
