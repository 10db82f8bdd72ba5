"""What can go wrong on the way to a person."""

from tenure.kernel.errors import Conflict, Invalid, NotFound


class TemplateInvalid(Invalid):
    """This template cannot be sent as it is; each problem says where."""

    code = "template_invalid"


class TopicUnknown(Invalid):
    """There is no such topic in this workspace."""

    code = "topic_unknown"


class TopicTaken(Conflict):
    """There is a topic with this name already."""

    code = "topic_taken"


class TemplateTaken(Conflict):
    """There is a template with this name already."""

    code = "template_taken"


class MessageUnknown(NotFound):
    """There is no such message here."""

    code = "message_unknown"


class TemplateUnknown(NotFound):
    """There is no such template here."""

    code = "template_unknown"


class CannotResend(Conflict):
    """Only a message that was refused by its carrier, or of which we are unsure, can be sent again."""

    code = "cannot_resend"


class UnsubscribeLinkBroken(NotFound):
    """This unsubscribe link is incomplete or was changed; use the one in the message as it is."""

    code = "unsubscribe_link_broken"


class PolicyInvalid(Invalid):
    """These limits cannot be kept: quiet hours need a beginning and an end, and the cap at least one message a day."""

    code = "policy_invalid"


class ChannelUnknown(Invalid):
    """No such channel is registered."""

    code = "channel_unknown"


class CarrierUnavailable(Exception):
    """The carrier cannot take the message now; try again later. Nothing was handed over."""


class AddressDeferred(CarrierUnavailable):
    """The carrier takes messages, but not this one for now; try it again later."""


class AddressRefused(Exception):
    """The carrier will never take this message for this address."""


class LetterUnusable(Exception):
    """This letter cannot be written the way the channel needs it; nothing was handed over."""


class HandoverUnsure(Exception):
    """The connection broke after the message was handed over and before the carrier answered."""
