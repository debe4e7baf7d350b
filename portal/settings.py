"""Settings of the portal: one file, every difference between installations an environment variable.

Embedded mode (``make run``) and production read the same names; ``docs/running.md`` lists them. Outside debug mode the
portal refuses to start on unsafe values: see :func:`refuse_unsafe`.
"""

from pathlib import Path
from typing import Any

import environ
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import get_language_info, to_language

from portal import logs, openapi

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
PORTAL_MODE = env.str("PORTAL_MODE", default="embedded")  # embedded | production
PRODUCTION = PORTAL_MODE == "production"
# What this installation is called. "production" is the real one; any other name stands on every page and mail.
LIVE_NAME = "production"
if not PRODUCTION:
    # What the embedded runner generated (database passwords, secret key). A variable that is already set wins.
    env.read_env(BASE_DIR / "var" / "secrets.env")
DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
ENVIRONMENT = env.str("ENVIRONMENT", default=LIVE_NAME if PRODUCTION else "Demo").strip()
LIVE = PRODUCTION and ENVIRONMENT.lower() == LIVE_NAME
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
PORTAL_NAME = env.str("PORTAL_NAME", default="Supplier Portal")
PORTAL_URL = env.str("PORTAL_URL", default="http://localhost:8000")

INSTALLED_APPS = [
    "portal",
    "integrations.office",
    "quality",
    "suppliers",
    "documents",
    "integrations.slot",
    "portal.web",
    "portal.shared",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "rest_framework",
    "drf_spectacular",
    "django_filters",
    "django_htmx",
    "pgtrigger",
    "django_structlog",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "portal.middleware.CorrelationMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "csp.middleware.CSPMiddleware",
    "portal.middleware.FilesHostMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "portal.middleware.SlashMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "portal.middleware.ActorMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
ASGI_APPLICATION = "portal.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.web.context.portal",
            ],
            "builtins": ["portal.web.templatetags.portal"],
        },
    }
]

# --- Database: the portal logs in as a role that owns nothing; migrations run as the owner. ---------------------------
DATABASES: dict[str, dict[str, Any]] = {"default": env.db_url("DATABASE_URL", default="postgres:///portal")}
DATABASES["default"]["ATOMIC_REQUESTS"] = False
DATABASES["default"]["CONN_MAX_AGE"] = 0
DATABASES["default"].setdefault("OPTIONS", {})
if env.bool("DATABASE_POOL", default=False):
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True  # a server that was restarted is noticed before it is asked
    DATABASES["default"]["OPTIONS"]["pool"] = {"min_size": 1, "max_size": env.int("DATABASE_POOL_SIZE", default=8)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
PGTRIGGER_INSTALL_ON_MIGRATE = False

# --- People -----------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "suppliers.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "suppliers.pages.door.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_FORMS = {"reset_password": "suppliers.pages.door.ResetPasswordForm"}
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if PRODUCTION else "http"
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105
PASSWORD_RESET_TIMEOUT = 4 * 3600
MFA_ADAPTER = "suppliers.pages.door.MfaAdapter"
MFA_FORMS = {
    "add_webauthn": "suppliers.pages.passkeys.AddPasskeyForm",
    "authenticate_webauthn": "suppliers.pages.passkeys.SecondPasskeyForm",
    "login_webauthn": "suppliers.pages.passkeys.LoginPasskeyForm",
    "reauthenticate_webauthn": "suppliers.pages.passkeys.AgainPasskeyForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_ISSUER = PORTAL_NAME
MFA_TOTP_TOLERANCE = 1
# A passkey opens the door alone: docs/decisions/0007-passkeys.md says why that is right.
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION
MFA_ALLOW_UNVERIFIED_EMAIL = True  # nobody comes in but by a link that was sent to his address
# Staff may come in by their organisation's own sign-in, where one is named. It never makes anybody known.
OIDC_ISSUER = env.str("OIDC_ISSUER", default="")
OIDC_CLIENT_ID = env.str("OIDC_CLIENT_ID", default="")
OIDC_CLIENT_SECRET = env.str("OIDC_CLIENT_SECRET", default="")
SOCIALACCOUNT_ADAPTER = "suppliers.pages.door.SocialAccountAdapter"
SOCIALACCOUNT_ONLY = False
SOCIALACCOUNT_LOGIN_ON_GET = True  # our policy lets no form lead to another site; ``state`` and PKCE guard the way back
SOCIALACCOUNT_EMAIL_VERIFICATION = "none"
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_PROVIDERS: dict[str, dict[str, Any]] = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": []}}
if OIDC_ISSUER:
    SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"] = [
        {
            "provider_id": "staff",
            "name": env.str("OIDC_NAME", default="OpenID Connect"),
            "client_id": OIDC_CLIENT_ID,
            "secret": OIDC_CLIENT_SECRET,
            # Domains whose addresses count as verified where the other side does not say so itself.
            "settings": {"server_url": OIDC_ISSUER, "verified_email": env.list("OIDC_VERIFIED_DOMAINS", default=[])},
        }
    ]
CSRF_FAILURE_VIEW = "portal.web.views.expired_form"
SESSION_ENGINE = "portal.sessions"
SESSION_COOKIE_AGE = env.int("SESSION_SECONDS", default=14 * 24 * 3600)
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_PROXY", default=False) else None
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if env.bool("BEHIND_PROXY", default=False) else 0  # whose address attempts count for
SECURE_SSL_REDIRECT = PRODUCTION
SECURE_REDIRECT_EXEMPT = [r"^health/"]
SECURE_HSTS_SECONDS = 31_536_000 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = PRODUCTION
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CACHES = {
    # Counts attempts to sign in. In the database, so that all processes count together and none is forgotten.
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "portal_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
    # Counts requests of API clients, each process for itself: too many of them for a row each.
    "process": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
}

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# --- Language and time ------------------------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LOCALE_PATHS = [BASE_DIR / "portal" / "web" / "locale"]


def languages_in(folder: Path) -> list[tuple[str, str]]:
    """English, and every language with a compiled catalogue in a folder of locales, each named in its own words.

    Adding one takes translation files only. Raises ``KeyError`` for a language that Django does not know.
    """
    found = {to_language(catalogue.parents[1].name) for catalogue in folder.glob("*/LC_MESSAGES/django.mo")}
    return [(code, get_language_info(code)["name_local"]) for code in ("en", *sorted(found - {"en"}))]


LANGUAGES = languages_in(LOCALE_PATHS[0])
FORMAT_MODULE_PATH = "portal.web.locale"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True

# --- Files ------------------------------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "var" / "static"
STATICFILES_DIRS = [
    BASE_DIR / "static",
    ("tabler", BASE_DIR / "node_modules" / "@tabler" / "core" / "dist"),
    ("plex", BASE_DIR / "node_modules" / "@fontsource-variable" / "ibm-plex-sans" / "files"),
]
FILES_FOLDER = env.str("FILES_FOLDER", default=str(BASE_DIR / "var" / "files"))
FILES_BUCKET = env.str("FILES_BUCKET", default="")
DOCUMENTS_STORE: dict[str, Any] = {
    "BACKEND": "django.core.files.storage.FileSystemStorage",
    "OPTIONS": {"location": FILES_FOLDER, "file_permissions_mode": 0o600, "directory_permissions_mode": 0o700},
}
if FILES_BUCKET:
    # Who we are to the store comes from the environment in the store's own way (AWS_ACCESS_KEY_ID or a role).
    DOCUMENTS_STORE = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": FILES_BUCKET,
            "endpoint_url": env.str("FILES_ENDPOINT", default="") or None,
            "region_name": env.str("FILES_REGION", default="") or None,
            "signature_version": "s3v4",
            "file_overwrite": False,
            "default_acl": None,
            "querystring_auth": True,
        },
    }
STORAGES: dict[str, Any] = {
    "default": DOCUMENTS_STORE,
    "documents": DOCUMENTS_STORE,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# The largest file anybody may send, whatever it is for; kinds of files have limits of their own below it.
FILES_MOST_BYTES = env.int("FILES_MOST_BYTES", default=50_000_000)
DATA_UPLOAD_MAX_NUMBER_FIELDS = 6_000  # a shipment of 300 rows in as many cartons, typed on a page
FILE_UPLOAD_HANDLERS = [
    "portal.web.uploads.Quota",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
# Where files are served from: empty is the portal's own host, https://files.example.com a host without cookies.
FILES_URL = env.str("FILES_URL", default="").rstrip("/")
FILES_LINK_SECONDS = env.int("FILES_LINK_SECONDS", default=300)
# host:port or the path of a socket; empty: files are not scanned, and every file says so.
CLAMAV_ADDRESS = env.str("CLAMAV_ADDRESS", default="")
CLAMAV_TIMEOUT_SECONDS = env.int("CLAMAV_TIMEOUT_SECONDS", default=30)

# --- Mail -------------------------------------------------------------------------------------------------------------
EMAIL_CONFIG = env.email_url("EMAIL_URL", default=f"filemail:///{BASE_DIR}/var/mail")
EMAIL_BACKEND = EMAIL_CONFIG["EMAIL_BACKEND"]
EMAIL_HOST = EMAIL_CONFIG.get("EMAIL_HOST", "")
EMAIL_PORT = EMAIL_CONFIG.get("EMAIL_PORT", 25)
EMAIL_HOST_USER = EMAIL_CONFIG.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = EMAIL_CONFIG.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = EMAIL_CONFIG.get("EMAIL_USE_TLS", False)
EMAIL_FILE_PATH = EMAIL_CONFIG.get("EMAIL_FILE_PATH", "")
EMAIL_USE_SSL = EMAIL_CONFIG.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = env.int("MAIL_TIMEOUT_SECONDS", default=10)
DEFAULT_FROM_EMAIL = env.str("MAIL_FROM", default="Supplier Portal <portal@localhost>")
# In any environment but the real one only these addresses (me@firm.example) and domains (@firm.example) get mail by
# EMAIL_URL; what is for others is written into MAIL_FOLDER.
MAIL_ALLOWED = [one.strip().lower() for one in env.list("MAIL_ALLOWED", default=[])]
EMAIL_SUBJECT_PREFIX = env.str("MAIL_PREFIX", default="" if LIVE else f"[{ENVIRONMENT}] ")
MAIL_FOLDER = BASE_DIR / "var" / "mail"

# --- Reminders: in working days of the order's plant ------------------------------------------------------------------
# An order that is not answered, an answer that is not decided, a promised delivery ahead.
REMIND_ANSWER_DAYS = env.int("REMIND_ANSWER_DAYS", default=2)
REMIND_DECISION_DAYS = env.int("REMIND_DECISION_DAYS", default=2)
REMIND_DELIVERY_DAYS = env.int("REMIND_DELIVERY_DAYS", default=3)
# So many days of reminders, one each, before an administrator (and the buyer) is told.
REMIND_ESCALATE_DAYS = env.int("REMIND_ESCALATE_DAYS", default=3)
# How many days a link in a mail about an order is good.
ORDER_LINK_DAYS = env.int("ORDER_LINK_DAYS", default=30)

# --- Work in the background -------------------------------------------------------------------------------------------
CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", default="memory://")

# --- Odoo -------------------------------------------------------------------------------------------------------------
ODOO_URL = env.str("ODOO_URL", default="http://127.0.0.1:8169")
ODOO_DB = env.str("ODOO_DB", default="sandbox")
ODOO_USER = env.str("ODOO_USER", default="portal_sync")
ODOO_PASSWORD = env.str("ODOO_PASSWORD", default="portal-sync-sandbox")
ODOO_TIMEOUT_SECONDS = env.int("ODOO_TIMEOUT_SECONDS", default=20)
# Odoo's own longest request (its limit_time_real): an unanswered call may still commit for so long.
ODOO_REST_SECONDS = env.int("ODOO_REST_SECONDS", default=125)
# How often the scheduler asks Odoo for orders that changed.
# The field of product.product that holds an item's revision; Odoo has none of its own. Empty: revisions are not shown.
ODOO_ITEM_REVISION = env.str("ODOO_ITEM_REVISION", default="x_revision" if ODOO_DB == "sandbox" else "")
# An attachment of an order, or of a product on it, goes to the supplier if its name contains this. Empty: none does.
ODOO_FILE_MARKER = env.str("ODOO_FILE_MARKER", default="[supplier]")
ODOO_PULL_SECONDS = env.int("ODOO_PULL_SECONDS", default=60)

# --- API --------------------------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "suppliers.api.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["portal.web.problems.StrictJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "portal.web.problems.exception_handler",
    "DEFAULT_THROTTLE_CLASSES": ["portal.web.throttling.ClientThrottle"],
    "DEFAULT_THROTTLE_RATES": {"user": env.str("API_RATE", default="600/min")},
    "COERCE_DECIMAL_TO_STRING": True,
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = openapi.SETTINGS

# --- Logs -------------------------------------------------------------------------------------------------------------
LOGGING = logs.configure(env.str("LOG_LEVEL", default="INFO"))

SILENCED_SYSTEM_CHECKS = [
    "security.W019",  # frames are denied by both header and policy
]


def refuse_unsafe() -> None:
    """Raise ``ImproperlyConfigured``, naming every unsafe value at once, before anything is served."""
    wrong = []
    if not SECRET_KEY:
        wrong.append("SECRET_KEY is empty: set a random value of 50 characters or more (make run generates one)")
    if PORTAL_MODE not in {"embedded", "production"}:
        wrong.append(f"PORTAL_MODE is {PORTAL_MODE!r}: set embedded or production")
    if not ENVIRONMENT or (ENVIRONMENT.lower() == LIVE_NAME and not PRODUCTION):
        wrong.append(f"ENVIRONMENT is {ENVIRONMENT!r}: only PORTAL_MODE=production may be called that; name it")
    if PRODUCTION:
        if len(SECRET_KEY) < 50 or SECRET_KEY.startswith(("django-insecure", "embedded-")):
            wrong.append("SECRET_KEY is short or a default: set a random value of 50 characters or more")
        if DEBUG:
            wrong.append("DEBUG is on: unset it")
        if ALLOWED_HOSTS == ["localhost", "127.0.0.1", "[::1]"] or "*" in ALLOWED_HOSTS:
            wrong.append("ALLOWED_HOSTS names no host of yours: set it to the portal's host names")
        if ODOO_DB == "sandbox" or ODOO_PASSWORD == "portal-sync-sandbox":  # noqa: S105 (the default to refuse)
            wrong.append("ODOO_* points at the sandbox: set ODOO_URL, ODOO_DB, ODOO_USER and ODOO_PASSWORD")
        if CELERY_BROKER_URL.startswith("memory"):
            wrong.append("CELERY_BROKER_URL is not set: tasks would be lost")
        if "DATABASE_URL" not in env.ENVIRON:
            wrong.append("DATABASE_URL is not set")
        if OIDC_ISSUER and not (OIDC_ISSUER.startswith("https://") and OIDC_CLIENT_ID and OIDC_CLIENT_SECRET):
            wrong.append("OIDC_ISSUER needs an https:// address, OIDC_CLIENT_ID and OIDC_CLIENT_SECRET")
        if not PORTAL_URL.startswith("https://"):
            wrong.append("PORTAL_URL is not the portal's https:// address: links in mails would lead nowhere safe")
        if not env.str("EMAIL_URL", default=""):
            wrong.append("EMAIL_URL is not set: invitations and password mails would be written to a folder")
    if wrong:
        raise ImproperlyConfigured("The portal does not start:\n- " + "\n- ".join(wrong))


refuse_unsafe()
