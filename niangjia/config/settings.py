"""All settings, read from the environment (`niangjia settings` prints them)."""

import os
import secrets
from decimal import Decimal
from pathlib import Path
from typing import Any

from niangjia.base.database import database_url, django_settings, home

ROOT = Path(__file__).resolve().parent.parent.parent
NIANGJIA_HOME = home()


def flag(name: str, default: bool) -> bool:
    """A yes/no variable: 1, true, yes, on."""
    value = os.environ.get(name)
    return default if value is None else value.strip().lower() in {"1", "true", "yes", "on"}


def secret(name: str) -> str:
    """A secret kept in NIANGJIA_HOME/keys, made on first use."""
    file = NIANGJIA_HOME / "keys" / name
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as handle:
            handle.write(secrets.token_urlsafe(48))
    return file.read_text()


def sign_in_partners() -> dict[str, dict[str, Any]]:
    """DingTalk, WeChat and an OpenID Connect provider, each switched on by its variables: NIANGJIA_DINGTALK_ID and _SECRET,
    NIANGJIA_WEIXIN_ID and _SECRET, NIANGJIA_OIDC_ID, _SECRET, _URL and _NAME.
    """
    partners: dict[str, dict[str, Any]] = {}
    for provider, variable, name in (("dingtalk", "DINGTALK", "钉钉"), ("weixin", "WEIXIN", "微信"), ("openid_connect", "OIDC", "")):
        client, key = os.environ.get(f"NIANGJIA_{variable}_ID"), os.environ.get(f"NIANGJIA_{variable}_SECRET", "")
        if client:
            partners[provider] = {"APPS": [{"client_id": client, "secret": key, "provider_id": variable.lower(), "name": name}]}
    if "openid_connect" in partners:
        said = {
            "name": os.environ.get("NIANGJIA_OIDC_NAME", "统一身份认证"),
            "settings": {"server_url": os.environ.get("NIANGJIA_OIDC_URL", "")},
        }
        partners["openid_connect"]["APPS"][0].update(said)
        partners["openid_connect"]["OAUTH_PKCE_ENABLED"] = True
    return partners


DEBUG = flag("NIANGJIA_DEBUG", False)
DEMO = flag("NIANGJIA_DEMO", False)
"""The demo district: accounts on the sign-in page, phone codes on the outbox page, the reserved division of made-up persons."""
NIANGJIA_TODAY = os.environ.get("NIANGJIA_TODAY", "")
NIANGJIA_CRYPTO = os.environ.get("NIANGJIA_CRYPTO", "aes")
NIANGJIA_ROLE = os.environ.get("NIANGJIA_ROLE", "app")
"""The database role of this process: `app` for everything but migrations and backup, which run as `owner`."""
SECRET_KEY = os.environ.get("NIANGJIA_SECRET_KEY") or secret("django.key")
ALLOWED_HOSTS = os.environ.get("NIANGJIA_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [origin for origin in os.environ.get("NIANGJIA_ORIGINS", "").split(",") if origin]
HTTPS = flag("NIANGJIA_HTTPS", False)
PUBLIC_URL = os.environ.get("NIANGJIA_URL", f"{'https' if HTTPS else 'http'}://{ALLOWED_HOSTS[0]}{'' if HTTPS else ':8000'}").rstrip("/")
"""Where people outside reach this site: what the codes on papers open."""

INSTALLED_APPS = [
    "niangjia.core.faces",
    "niangjia.core.trail",
    "niangjia.core.orgs",
    "niangjia.core.access",
    "niangjia.core.law",
    "niangjia.core.files",
    "niangjia.core.people",
    "niangjia.core.notices",
    "niangjia.core.tasks",
    "niangjia.core.cases",
    "niangjia.core.papers",
    "niangjia.core.ledger",
    "niangjia.core.imports",
    "niangjia.core.exchange",
    "niangjia.core.figures",
    "niangjia.core.home",
    "niangjia.work.organising",
    "niangjia.work.mutual_aid",
    "niangjia.work.rights",
    "niangjia.seed",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_htmx",
    "template_partials",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.socialaccount.providers.weixin",
    "allauth.socialaccount.providers.dingtalk",
    "procrastinate.contrib.django",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "niangjia.config.middleware.ContentPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "niangjia.config.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "niangjia.config.middleware.ActorMiddleware",
]
ROOT_URLCONF = "niangjia.config.urls"
WSGI_APPLICATION = "niangjia.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "niangjia.core.faces.context.shell",
            ],
        },
    }
]

DATABASES = {"default": django_settings(NIANGJIA_ROLE)}
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
if POOL := int(os.environ.get("NIANGJIA_POOL", "0")):
    DATABASES["default"]["OPTIONS"]["pool"] = {"min_size": 1, "max_size": POOL, "timeout": 10}
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 0
# ATOMIC_REQUESTS is done by ActorMiddleware, which also sets the row scope inside the same transaction.
PAGE_STATEMENT_SECONDS = int(os.environ.get("NIANGJIA_PAGE_SECONDS", "15"))
PAGE_LOCK_SECONDS = 5
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "access_cache",
        "KEY_FUNCTION": "niangjia.config.middleware.cache_key",
        "OPTIONS": {"MAX_ENTRIES": 50_000},  # at Django's 300 a flood of addresses would wash the counts of throttles away
    }
}
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 8 * 3600
WORKER_SESSION_AGE = 30 * 24 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "django.views.csrf.csrf_failure"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
if HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31536000
    SECURE_SSL_REDIRECT = flag("NIANGJIA_HTTPS_REDIRECT", True)
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]

AUTH_USER_MODEL = "access.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "name"), "max_similarity": 0.6},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher", "django.contrib.auth.hashers.PBKDF2PasswordHasher"]
LOGIN_URL = "staff_sign_in"
LOGIN_REDIRECT_URL = "/desk/"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "niangjia.config.signin.AccountAdapter"
MFA_ADAPTER = "niangjia.config.signin.SecondFactorAdapter"
SOCIALACCOUNT_ADAPTER = "niangjia.config.signin.PartnerAdapter"
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip", "login_failed": "30/m/ip,20/10m/key", "reauthenticate": "10/m/user", "change_password": "5/m/user",
}  # fmt: skip
"""Beside the locks below: how often one address, and one account at any step, may fail."""
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("NIANGJIA_PROXIES", "0"))
"""How many proxies stand before this server and write X-Forwarded-For."""
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = False
MFA_TOTP_ISSUER = "娘家"
MFA_TOTP_TOLERANCE = 1
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
"""Browsers themselves allow passkeys without https on localhost only: for the demo and the tests."""
MFA_FORMS = {"authenticate": "niangjia.config.signin.SecondStepForm"}
SOCIALACCOUNT_ONLY = False
SOCIALACCOUNT_PROVIDERS = sign_in_partners()
PARTNER_ORIGINS = [origin for origin in os.environ.get("NIANGJIA_PARTNER_ORIGINS", "").split(",") if origin]
"""Where else an identity provider's sign-in page lives, if not at NIANGJIA_OIDC_URL."""
SOCIALACCOUNT_AUTO_SIGNUP = False
SOCIALACCOUNT_REAUTHENTICATION_REQUIRED = True

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LANGUAGE_COOKIE_HTTPONLY, LANGUAGE_COOKIE_SAMESITE, LANGUAGE_COOKIE_SECURE = True, "Lax", HTTPS
LOCALE_PATHS = [ROOT / "niangjia" / "config" / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True
STATIC_URL = "/static/"
STATIC_ROOT = NIANGJIA_HOME / "static"
NODE_MODULES = Path(os.environ.get("NIANGJIA_NODE_MODULES", ROOT / "node_modules"))
STATICFILES_DIRS = [
    ("vendor/echarts", NODE_MODULES / "echarts" / "dist"),
    ("vendor/leaflet", NODE_MODULES / "leaflet" / "dist"),
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600

DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_TEMP_DIR = os.environ.get("NIANGJIA_TMP") or None
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler", "niangjia.core.files.uploads.SealingUploadHandler"]
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
IMPORT_MAX_BYTES = 200 * 1024 * 1024
IMPORT_MAX_ROWS = 1_000_000
APPROVAL_ROWS = int(os.environ.get("NIANGJIA_APPROVAL_ROWS", "500"))
"""Batches of more rows than this want a second person's approval (set by the district)."""
WITNESS = os.environ.get("NIANGJIA_WITNESS", "")
"""Where the day's end of the trail is kept outside this machine: a folder of another machine, or an http(s) address that takes a POST."""
BANK_LAYOUT = os.environ.get("NIANGJIA_BANK_LAYOUT", "niangjia.core.ledger.layouts.HouseCsv")
"""How payment batches are written for the bank: HouseCsv, PipeText, or your own class."""
RESOLUTION_ABOVE = Decimal(os.environ.get("NIANGJIA_RESOLUTION_ABOVE", "50000"))
"""Payment batches from this sum on must name the resolution behind them (set by the federation; not law)."""
BANK_MATCH_DAYS = int(os.environ.get("NIANGJIA_BANK_MATCH_DAYS", "3"))
"""Days that a bank's line and an entry of the same amount may lie apart and still be taken for the same money."""
AUDIT_DAYS = int(os.environ.get("NIANGJIA_AUDIT_DAYS", "7"))
"""Days within which repeated, split and re-posted payments are shown to the auditor (set by the federation; not law)."""
AUDIT_NEAR = Decimal(os.environ.get("NIANGJIA_AUDIT_NEAR", "0.8"))
"""From which part of RESOLUTION_ABOVE on a payment counts as lying just below it."""
AUDIT_OPEN_DAYS = int(os.environ.get("NIANGJIA_AUDIT_OPEN_DAYS", "30"))
"""Days after which money that only the bank or only the books know of is shown to the auditor."""
UNDO_DAYS = int(os.environ.get("NIANGJIA_UNDO_DAYS", "7"))
AID_ANSWER_DAYS = int(os.environ.get("NIANGJIA_AID_ANSWER_DAYS", "2"))
"""Working days within which a lawyer answers whether a matter of legal aid is taken (set by the district)."""
DEMO_ACCOUNTS = NIANGJIA_HOME / "demo-accounts.json"
"""Written with the demo district: whom the demo's sign-in pages offer."""
SECOND_FACTOR = flag("NIANGJIA_SECOND_FACTOR", not DEMO)
"""Whether staff must sign in with a second factor; in the demo it is only offered."""
FAILURES_BEFORE_LOCK, LOCK_MINUTES = 5, 10
"""Wrong passwords in a row after which a user name is locked, and for how long."""
CODES_PER_ADDRESS = int(os.environ.get("NIANGJIA_CODES_PER_ADDRESS", "60"))
"""Phone codes that one network address may ask for in an hour; a company's people share one."""
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
NOTICE_CHANNELS = [name for name in os.environ.get("NIANGJIA_NOTICE_CHANNELS", "").split(",") if name]
"""By which channels besides the box in the platform receivers are told of something: sms, email, wechat, dingtalk."""
QUIET_HOURS = tuple(os.environ.get("NIANGJIA_QUIET_HOURS", "21:00-08:00").split("-"))
"""From when to when no message goes out but sign-in codes; the same moment twice means never."""
NOTICE_GATEWAYS = {
    name: os.environ.get(f"NIANGJIA_{name.upper()}", "niangjia.core.notices.gateways.OutboxOnly")
    for name in ("sms", "email", "wechat", "dingtalk")
}
"""The class that takes messages of a channel out of the house: notices.sms.HttpGateway, mail.SmtpMail, chat.WeChat, chat.DingTalk, or your own."""
FEDERATION = os.environ.get("NIANGJIA_FEDERATION", "鄞州区总工会")
"""The name under the brand on every page."""
SMS_URL = os.environ.get("NIANGJIA_SMS_URL", "")
SMS_KEY = os.environ.get("NIANGJIA_SMS_KEY", "")
SMS_SECRET = os.environ.get("NIANGJIA_SMS_SECRET", "")
SMS_SIGN = os.environ.get("NIANGJIA_SMS_SIGN", "娘家")
EMAIL_HOST = os.environ.get("NIANGJIA_SMTP_HOST", "localhost")
EMAIL_PORT = int(os.environ.get("NIANGJIA_SMTP_PORT", "465"))
EMAIL_HOST_USER = os.environ.get("NIANGJIA_SMTP_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("NIANGJIA_SMTP_PASSWORD", "")
EMAIL_USE_SSL = flag("NIANGJIA_SMTP_SSL", True)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = os.environ.get("NIANGJIA_MAIL_FROM", EMAIL_HOST_USER or "niangjia@localhost")
WECHAT_URL = os.environ.get("NIANGJIA_WECHAT_URL", "https://api.weixin.qq.com")
WECHAT_ID = os.environ.get("NIANGJIA_WECHAT_ID", "")
WECHAT_SECRET = os.environ.get("NIANGJIA_WECHAT_SECRET", "")
WECHAT_TEMPLATE = os.environ.get("NIANGJIA_WECHAT_TEMPLATE", "")
WECHAT_FIELDS = tuple(os.environ.get("NIANGJIA_WECHAT_FIELDS", "thing1,thing2").split(","))
"""The fields of the template that take the title and the text."""
DINGTALK_URL = os.environ.get("NIANGJIA_DINGTALK_URL", "https://api.dingtalk.com")
DINGTALK_OLD_URL = os.environ.get("NIANGJIA_DINGTALK_OLD_URL", "https://oapi.dingtalk.com")
DINGTALK_ID = os.environ.get("NIANGJIA_DINGTALK_ID", "")
DINGTALK_SECRET = os.environ.get("NIANGJIA_DINGTALK_SECRET", "")
DINGTALK_AGENT = os.environ.get("NIANGJIA_DINGTALK_AGENT", "")
DIVISION = os.environ.get("NIANGJIA_DIVISION", "330212")
"""Division code (GB/T 2260) of this federation, part of the codes it gives out."""
RECEIPT_WORKDAYS = int(os.environ.get("NIANGJIA_RECEIPT_WORKDAYS", "1"))
"""Working days within which a body confirms that it took a joint case over; ours, no law's."""
REPLY_WORKDAYS = dict(pair.split("=") for pair in os.environ.get("NIANGJIA_REPLY_WORKDAYS", "").split(",") if "=" in pair)
"""Working days to answer by channel, such as 12345=5,petition=15: as the body that sent the matter wrote (待核); none is assumed."""
MUTUAL_AID_DAYS = dict(pair.split("=") for pair in os.environ.get("NIANGJIA_MUTUAL_AID_DAYS", "").split(",") if "=" in pair)
"""Days of the clocks of mutual aid, such as claim=15w,repay=30 (w: working days), where they differ from the examples in its clocks.py (待核)."""
MUTUAL_AID_SECOND_ABOVE = Decimal(os.environ.get("NIANGJIA_MUTUAL_AID_SECOND_ABOVE", "5000"))
"""Yuan above which a second person looks at a settlement before it is paid; an example, no document's (示例，待核)."""
MUTUAL_AID_SAMPLE = Decimal(os.environ.get("NIANGJIA_MUTUAL_AID_SAMPLE", "0.02"))
"""The part of settlements approved by themselves that is drawn and looked at before paying; an example, no document's (示例，待核)."""
AVERAGE_WAGE_AREA = os.environ.get("NIANGJIA_AVERAGE_WAGE_AREA", "宁波市")
"""The area (of 地方标准) whose average wage caps severance here."""
MINIMUM_WAGE_AREA, MINIMUM_WAGE_TIER = (
    os.environ.get("NIANGJIA_MINIMUM_WAGE_AREA", "浙江省"), os.environ.get("NIANGJIA_MINIMUM_WAGE_TIER", "第一档"),
)  # fmt: skip
"""The area and tier (of 地方标准) whose minimum wage holds here."""
TERM_OF_FEDERATION = (os.environ.get("NIANGJIA_TERM_FROM", "2018-12-19"), os.environ.get("NIANGJIA_TERM_TO", "2023-12-18"))
"""The term of the federation's committee: the default period of period figures."""

WEEKENDS_ROLL = flag("NIANGJIA_WEEKENDS_ROLL", True)
"""Whether a period that ends on a weekly rest day runs on, as on a holiday (法定休假日含休息日)."""

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("NIANGJIA_LOG", "INFO")},
    "loggers": {"django.server": {"level": "WARNING"}, "procrastinate": {"level": "WARNING"}},
}
DATABASE_URL = database_url(NIANGJIA_ROLE)
