"""What can go wrong with VIPs."""

from tenure.kernel.errors import Conflict, Invalid, NotFound
from tenure.kernel.written import TextWrong


class VipRulesWrong(TextWrong):
    """Levels, reasons or terms cannot be used; `problems` says what is wrong, and on which line."""

    code = "vip_rules_wrong"


class NoVipRules(NotFound):
    """This workspace has no rules for VIPs yet."""

    code = "no_vip_rules"


class NoSuchVipVersion(NotFound):
    """There is no such version of the rules for VIPs."""

    code = "no_such_vip_version"


class NoSuchVipLevel(NotFound):
    """There is no such level, or nothing is promised to it."""

    code = "no_such_vip_level"


class VipRulesChangedMeanwhile(Conflict):
    """Somebody else changed the rules for VIPs meanwhile; look at what they are now and try again."""

    code = "vip_rules_changed_meanwhile"


class AcceptanceIncomplete(Invalid):
    """An acceptance says who accepted, and on which day that is not to come."""

    code = "acceptance_incomplete"


class NoSuchAcceptanceLink(NotFound):
    """There is no such link; ask whoever sent it for a new one."""

    code = "no_such_acceptance_link"


class AcceptanceLinkOver(Conflict):
    """This link can be used no more: it was used, taken back or has run out; ask whoever sent it for a new one."""

    code = "acceptance_link_over"


class NobodyToMailTo(Invalid):
    """This link is meant for nobody in particular, or no e-mail address of theirs is known; send it by hand."""

    code = "nobody_to_mail_to"


class NoSuchAcceptance(NotFound):
    """There is no such acceptance."""

    code = "no_such_acceptance"
