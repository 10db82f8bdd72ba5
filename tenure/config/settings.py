"""Django's settings, made from `environment`; nothing here is read from anywhere else."""

import contextlib
import os
import secrets
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

from tenure.config import environment, postgres
from tenure.kernel import saying

_env = environment.read()
saying.speak()

PACKAGE = Path(__file__).resolve().parent.parent
BASE_DIR = PACKAGE
HOME: Path = _env["TENURE_HOME"]


def _secret_key() -> str:
    if _env["TENURE_SECRET_KEY"]:
        return str(_env["TENURE_SECRET_KEY"])
    HOME.mkdir(parents=True, exist_ok=True)
    kept = HOME / "secret_key"
    if not kept.exists() or not kept.stat().st_size:
        _make_secret_key(kept)
    return kept.read_text().strip()


def _make_secret_key(kept: Path) -> None:
    """Put a whole key there or none: a kill in between must not leave an empty one. The first to come wins."""
    descriptor, written = tempfile.mkstemp(prefix=".secret_key-", dir=kept.parent)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(48))
        file.flush()
        os.fsync(file.fileno())
    if kept.exists() and not kept.stat().st_size:  # left by an older version that was killed; it opens nothing
        os.replace(written, kept)
        return
    with contextlib.suppress(FileExistsError):
        os.link(written, kept)
    os.unlink(written)


SECRET_KEY = _secret_key()
DEBUG: bool = _env["TENURE_DEBUG"]
TENURE_HOME = HOME
TENURE_URL: str = _env["TENURE_URL"].rstrip("/")
TENURE_LAKE: str = _env["TENURE_LAKE"] or str(HOME / "lake")
TENURE_LAKE_OPTIONS = environment.lake_options(TENURE_LAKE, _env)
TENURE_ENGINE: str = _env["TENURE_ENGINE"]
TENURE_SMTP_URL: str = _env["TENURE_SMTP_URL"]
TENURE_MAIL_FROM: str = _env["TENURE_MAIL_FROM"]
TENURE_INTAKE_RATE: int = _env["TENURE_INTAKE_RATE"]
TENURE_INTAKE_BACKLOG: int = _env["TENURE_INTAKE_BACKLOG"]
TENURE_METRICS_TOKEN: str = _env["TENURE_METRICS_TOKEN"]
TENURE_DEMO: bool = _env["TENURE_DEMO"]
TENURE_FACTS_ON_LOOPBACK: bool = _env["TENURE_FACTS_ON_LOOPBACK"]
TENURE_STRIPE_API: str = _env["TENURE_STRIPE_API"].rstrip("/")

_public = urlsplit(TENURE_URL)
ALLOWED_HOSTS = sorted({*_env["TENURE_HOSTS"], _public.hostname or "127.0.0.1"})
CSRF_TRUSTED_ORIGINS = [f"{_public.scheme}://{_public.netloc}"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _public.scheme == "https" else None
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _public.scheme == "https"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_NAME = "tenure_session"
CSRF_COOKIE_NAME = "tenure_csrf"
LANGUAGE_COOKIE_NAME = "tenure_language"
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if _public.scheme == "https" else 0
X_FRAME_OPTIONS = "DENY"

TENURE_DATABASE_URL: str = _env["DATABASE_URL"] or postgres.start_embedded(HOME)
DATABASES = {"default": postgres.django_database(TENURE_DATABASE_URL)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "django_cotton.apps.SimpleAppConfig",
    "django_htmx",
    "django_vite",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "ninja",
    "tenure.kernel",
    "tenure.workspaces",
    *(
        f"tenure.{domain}"
        for domain in (
            "customers",
            "billing",
            "tracking",
            "segments",
            "computed_traits",
            "signals",
            "segment_signals",
            "channels",
            "conversations",
            "activity",
            "health",
            "insights",
            "snapshots",
            "lifecycle",
            "touch_models",
            "vips",
            "experiments",
            "risk",
            "backtests",
            "playbooks",
            "journeys",
            "connectors.csv_billing",
            "connectors.csv_events",
            "connectors.files",
            "connectors.simulator",
            "connectors.stripe",
            "connectors.company_facts",
            "privacy",
            "api",
            "collect",
            "web",
        )
        if (PACKAGE / domain.replace(".", "/") / "apps.py").exists()
    ),
]

MIDDLEWARE = [
    "tenure.web.shell.middleware.HeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "tenure.web.shell.compressing.CompressingMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "tenure.api.entrance.EntranceMiddleware",
    "tenure.web.doorway.DoorwayMiddleware",
    "tenure.web.shell.middleware.PageMiddleware",
]

ROOT_URLCONF = "tenure.config.urls"
ASGI_APPLICATION = "tenure.config.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "web" / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django_cotton.cotton_loader.Loader",
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "builtins": [
                "django_cotton.templatetags.cotton",
                "django.templatetags.i18n",
                "tenure.web.templatetags.tenure",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "tenure.web.shell.context.shell",
            ],
        },
    }
]
COTTON_DIR = "cotton"

AUTH_USER_MODEL = "workspaces.User"
AUTHENTICATION_BACKENDS = [
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "optional"
ACCOUNT_ADAPTER = "tenure.web.signing_in.Adapter"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = True  # who changes a password or a second step hears of it by mail
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Tenure"
MFA_TOTP_TOLERANCE = 1  # a code typed as it runs out still counts (RFC 6238, 5.2)

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("zh-hans", "简体中文"), ("zh-hant", "繁體中文")]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATICFILES_DIRS = [PACKAGE / "web" / "static"]
STATIC_ROOT = None
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_IMMUTABLE_FILE_TEST = r"^.+[.-][0-9a-zA-Z_-]{8,12}\..+$"
DJANGO_VITE = {
    "default": {
        "dev_mode": False,
        "manifest_path": PACKAGE / "web" / "static" / "web" / "manifest.json",
        "static_url_prefix": "web",
    }
}

DATA_UPLOAD_MAX_MEMORY_SIZE = 5_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 12_000  # a form may name as many accounts as are changed at once
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
CSRF_FAILURE_VIEW = "tenure.web.wrong.csrf_failure"
EMAIL_SUBJECT_PREFIX = ""
DEFAULT_FROM_EMAIL = TENURE_MAIL_FROM
EMAIL_BACKEND = "tenure.web.signing_in.OutboxEmailBackend"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
SILENCED_SYSTEM_CHECKS: list[str] = []
