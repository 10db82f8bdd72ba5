"""Every setting Tenure has, with its type, default and what it is for. Nothing else reads the environment."""

import dataclasses
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any


class SettingWrong(Exception):
    """A setting is missing or cannot be understood; names it and says what it should look like."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Setting:
    """One environment variable."""

    name: str
    parse: Callable[[str], Any]
    default: str
    about: str


def _flag(text: str) -> bool:
    if text.lower() in {"1", "true", "yes", "on"}:
        return True
    if text.lower() in {"", "0", "false", "no", "off"}:
        return False
    raise ValueError("say 1 or 0")


def _names(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _home(text: str) -> Path:
    return Path(text).expanduser().resolve()


def _engine(text: str) -> str:
    if text and not text.startswith(("sc://", "spark://")):
        raise ValueError("say sc://host:port or spark://host:port, or nothing")
    return text


SETTINGS = (
    Setting(
        name="TENURE_HOME",
        parse=_home,
        default="~/.tenure",
        about="Folder for the embedded database, the lake and the secret key.",
    ),
    Setting(
        name="DATABASE_URL",
        parse=str,
        default="",
        about="postgresql://user:password@host:port/name of a PostgreSQL 15 or newer. Empty: the embedded one.",
    ),
    Setting(
        name="TENURE_LAKE",
        parse=str,
        default="",
        about="Folder or s3://bucket/prefix of the event lake. Empty: the folder `lake` in TENURE_HOME.",
    ),
    Setting(
        name="TENURE_S3_ENDPOINT",
        parse=str,
        default="",
        about="Address of an S3-compatible store that is not Amazon's, such as https://minio.example:9000.",
    ),
    Setting(name="TENURE_S3_REGION", parse=str, default="us-east-1", about="Region of the lake's bucket."),
    Setting(
        name="TENURE_S3_KEY_ID",
        parse=str,
        default="",
        about="Access key of the lake's bucket. Empty: the machine's own role.",
    ),
    Setting(name="TENURE_S3_SECRET", parse=str, default="", about="Secret that belongs to TENURE_S3_KEY_ID."),
    Setting(
        name="TENURE_ENGINE",
        parse=_engine,
        default="",
        about="sc://host:port (Spark Connect) or spark://host:port of a cluster that reads the lake and answers "
        "questions about everybody: segments, metrics, use. Empty: the DuckDB inside each process.",
    ),
    Setting(
        name="TENURE_SECRET_KEY",
        parse=str,
        default="",
        about="Signs sessions and links. Empty: made once and kept in TENURE_HOME.",
    ),
    Setting(
        name="TENURE_URL",
        parse=str,
        default="http://127.0.0.1:8000",
        about="The address people and e-mails reach Tenure by.",
    ),
    Setting(
        name="TENURE_HOSTS",
        parse=_names,
        default="127.0.0.1,localhost,[::1]",
        about="Host names the web process answers to, separated by commas; TENURE_URL's host is always one.",
    ),
    Setting(
        name="TENURE_SMTP_URL",
        parse=str,
        default="",
        about="smtp://user:password@host:port (smtps:// for TLS). Empty: mail goes to the outbox page inside Tenure.",
    ),
    Setting(
        name="TENURE_MAIL_FROM",
        parse=str,
        default="Tenure <hello@tenure.example>",
        about="The sender of the messages Tenure sends.",
    ),
    Setting(
        name="TENURE_INTAKE_RATE",
        parse=int,
        default="0",
        about="Most calls a second that one write key may send, averaged over ten seconds. 0: no bound.",
    ),
    Setting(
        name="TENURE_INTAKE_BACKLOG",
        parse=int,
        default="50000000",
        about="So many calls may be acknowledged and not yet stored; more are answered with 429. 0: no bound.",
    ),
    Setting(
        name="TENURE_METRICS_TOKEN",
        parse=str,
        default="",
        about="Bearer token that opens /metrics to a monitoring system elsewhere. Empty: only this machine may ask.",
    ),
    Setting(
        name="TENURE_STRIPE_API",
        parse=str,
        default="https://api.stripe.com",
        about="Where Stripe's API is. Only ever another address to try Tenure against a stand-in.",
    ),
    Setting(
        name="TENURE_FACTS_ON_LOOPBACK",
        parse=_flag,
        default="0",
        about="1: a provider of company facts may be on this machine (127.0.0.1, plain HTTP), to try one out.",
    ),
    Setting(
        name="TENURE_DEMO",
        parse=_flag,
        default="0",
        about="1: visitors from this machine are signed in to the simulated demo workspace without a password.",
    ),
    Setting(name="TENURE_DEBUG", parse=_flag, default="0", about="1: Django's debug pages. Never in production."),
)


def read(environ: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """Read all settings; raises `SettingWrong` with the name of the one that cannot be understood."""
    values: dict[str, Any] = {}
    for setting in SETTINGS:
        text = environ.get(setting.name, "") or setting.default
        try:
            values[setting.name] = setting.parse(text)
        except ValueError as error:
            raise SettingWrong(f"{setting.name}={text!r}: {error}. {setting.about}") from error
    return values


def lake_options(lake: str, values: Mapping[str, Any]) -> dict[str, str]:
    """Return how the store of a lake is reached, in the names that Delta's readers know; empty for a folder."""
    if not lake.startswith("s3://"):
        return {}
    endpoint = values["TENURE_S3_ENDPOINT"]
    given = {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_REGION": values["TENURE_S3_REGION"],
        "AWS_ACCESS_KEY_ID": values["TENURE_S3_KEY_ID"],
        "AWS_SECRET_ACCESS_KEY": values["TENURE_S3_SECRET"],
        "AWS_ALLOW_HTTP": "true" if endpoint.startswith("http://") else "",
        "aws_conditional_put": "etag",
    }
    return {name: value for name, value in given.items() if value}
