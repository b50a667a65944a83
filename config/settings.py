"""All settings, from the environment alone. docs/settings.md lists the variables."""

from __future__ import annotations

from pathlib import Path

import django_stubs_ext
import structlog
from csp.constants import NONE, SELF
from environs import FileAwareEnv

from agencies import oidc
from agencies.logs import redact

django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
env = FileAwareEnv(strip_whitespace=True)  # X_FILE names a file that holds X

DEBUG = env.bool("DEBUG", False)
SECRET_KEY = env.str("SECRET_KEY")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", [])  # the one before, for a while
CONTEXT_KEY = env.str("CONTEXT_KEY")  # hex of 32 bytes; the same as in the database (bootstrap)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", ["localhost", "127.0.0.1"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", [])
SERVICE_NAME = env.str("SERVICE_NAME", "Early permanence self-assessment")
SERVICE_URL = env.str("SERVICE_URL", "http://localhost:8000")
CONTACT_EMAIL = env.str("CONTACT_EMAIL", "help@example.org")
IS_SECURE = env.bool("SECURE", not DEBUG)  # served over TLS, by a proxy that says so

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_filters",
    "django_structlog",
    "csp",
    "agencies",
    "jobs",
    "standards",
    "assessments",
    "reports",
    "protection",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "agencies.middleware.PrivateHeadersMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "agencies.middleware.BearerTokenMiddleware",
    "agencies.limits.ApiLimitMiddleware",
    "agencies.middleware.UploadMiddleware",
    "agencies.second_factor.SecondFactorMiddleware",
    "agencies.errors.RefusalMiddleware",
    "agencies.middleware.TenantMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
FORM_RENDERER = "agencies.renderer.GovukRenderer"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "agencies.context_processors.service",
                "config.navigation.navigation",
            ],
        },
    }
]

# One alias; which login a process uses is its DATABASE_ROLE (web, job or migrate).
DATABASE_ROLE = env.str("DATABASE_ROLE", "web")
_database_variable = {
    "web": "DATABASE_URL",
    "job": "DATABASE_URL_JOB",
    "migrate": "DATABASE_URL_MIGRATE",
    "test": "DATABASE_URL_TEST",
}[DATABASE_ROLE]
DATABASES = {"default": env.dj_db_url(_database_variable)}
DATABASES["default"].setdefault("OPTIONS", {})
DATABASES["default"]["TEST"] = {
    "TEMPLATE": "template_ep",
    "NAME": env.str("TEST_DATABASE", "test_ep"),
}
if DATABASE_ROLE == "web" and env.bool("DATABASE_POOL", True):
    DATABASES["default"]["OPTIONS"]["pool"] = {"min_size": 1, "max_size": 8, "timeout": 10}

REDIS_URL = env.str("REDIS_URL")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},
    }
}
REDIS_PREFIX = env.str("REDIS_PREFIX", "ep")
SWEEP_SECONDS = env.int("SWEEP_SECONDS", 30)  # how often waiting jobs are looked for

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "agencies.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_REDIRECT_URL = "/"
LOGIN_URL = "account_login"
ACCOUNT_ADAPTER = "agencies.accounts.InvitationOnlyAdapter"
ACCOUNT_FORMS = {
    "login": "agencies.account_forms.SignInForm",
    "reset_password": "agencies.account_forms.ResetPasswordForm",
    "reset_password_from_key": "agencies.account_forms.NewPasswordForm",
    "change_password": "agencies.account_forms.ChangePasswordForm",
    "reauthenticate": "agencies.account_forms.ConfirmPasswordForm",
}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # the invitation went to the address
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # nobody can make us write to a stranger
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", 0)
# Wrong passwords and codes: per address of the network, which a whole office may share, and per
# account whoever asks.
ACCOUNT_RATE_LIMITS = {
    "login_failed": "40/5m/ip,5/5m/key",
    "login": "30/m/ip",
    "reauthenticate": "10/5m/user",
    "reset_password": "10/5m/ip,5/5m/key",
    "reset_password_from_key": "20/5m/ip",
    "signup": "20/m/ip",  # opening and accepting an invitation
}
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = env.int("REAUTHENTICATION_MINUTES", 15) * 60

# Work accounts: sign-in at the agencies' own provider (ADR 0015). Without an issuer there is none.
OIDC_ISSUER = env.str("OIDC_ISSUER", "").rstrip("/")
OIDC_MFA_COUNTS = env.bool("OIDC_MFA_COUNTS", False)
SOCIALACCOUNT_ADAPTER = "agencies.work_accounts.WorkAccountAdapter"
SOCIALACCOUNT_PROVIDERS = oidc.providers(
    OIDC_ISSUER,
    client_id=env.str("OIDC_CLIENT_ID", ""),
    secret=env.str("OIDC_CLIENT_SECRET", ""),
    name=env.str("OIDC_NAME", "Sign in with your work account"),
    email_domains=env.list("OIDC_EMAIL_DOMAINS", []),
)

# A second factor (ADR 0015). Keys: hex of 32 bytes; the first encrypts, all of them decrypt.
MFA_REQUIRED = env.bool("MFA_REQUIRED", not DEBUG)
MFA_KEYS = env.list("MFA_KEY")
MFA_ADAPTER = "agencies.second_factor.Adapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_RECOVERY_CODE_DIGITS = 12
MFA_TOTP_ISSUER = SERVICE_NAME
MFA_TOTP_TOLERANCE = 0  # a code is remembered as used for as long as it would be right
MFA_FORMS = {
    "authenticate": "agencies.factor_forms.SecondFactorForm",
    "reauthenticate": "agencies.factor_forms.ConfirmFactorForm",
    "activate_totp": "agencies.factor_forms.SetUpAppForm",
    "add_webauthn": "agencies.factor_forms.AddKeyForm",
    "authenticate_webauthn": "agencies.factor_forms.SecondFactorKeyForm",
    "reauthenticate_webauthn": "agencies.factor_forms.ConfirmKeyForm",
}

SESSION_ENGINE = "agencies.sessions"
SESSION_COOKIE_AGE = 12 * 60 * 60  # from signing in, however busy
SESSION_IDLE_SECONDS = env.int("SESSION_IDLE_MINUTES", 30) * 60
SESSION_STAFF_IDLE_SECONDS = env.int("SESSION_STAFF_IDLE_MINUTES", 15) * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_SECURE
SESSION_COOKIE_NAME = "__Host-session" if IS_SECURE else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if IS_SECURE else "csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "agencies.errors.csrf_failure"
SECURE_SSL_REDIRECT = IS_SECURE
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if IS_SECURE else None
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^api/"]  # the API refuses plain http
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if IS_SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = IS_SECURE
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"  # no third cookie
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF, *oidc.origin(OIDC_ISSUER)],
    }
}

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_TZ = True
DATE_INPUT_FORMATS = ["%d/%m/%Y", "%Y-%m-%d"]

STATIC_URL = "static/"
# Collected, compressed and named by content in production; development serves the source folders.
IS_COLLECTED = env.bool("STATIC_COLLECTED", not DEBUG)
STATIC_ROOT = BASE_DIR / "staticfiles" if IS_COLLECTED else None
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if IS_COLLECTED
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not IS_COLLECTED

FILES_ROOT = Path(env.str("FILES_ROOT", str(BASE_DIR / ".local" / "files")))
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
AGENCY_QUOTA_MB = env.int("AGENCY_QUOTA_MB", 5000)  # for all files of an agency
UPLOAD_MAX_BYTES = 25 * 1024 * 1024
SCANNER = env.str("SCANNER", "")  # "clamd"; "none" only on purpose; checked at start
CLAMD_ADDRESS = env.str("CLAMD_ADDRESS", "unix:///run/clamav/clamd.ctl")
CLAMD_SECONDS = env.int("CLAMD_SECONDS", 60)  # for one file

EMAIL_DIR = env.str("EMAIL_DIR", "")
EMAIL_BACKEND = (
    "django.core.mail.backends.filebased.EmailBackend"
    if EMAIL_DIR
    else "django.core.mail.backends.smtp.EmailBackend"
)
EMAIL_FILE_PATH = EMAIL_DIR or None
EMAIL_HOST = env.str("EMAIL_HOST", "localhost")
EMAIL_PORT = env.int("EMAIL_PORT", 25)
EMAIL_HOST_USER = env.str("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env.str("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = env.bool("EMAIL_USE_TLS", False)
NOTICE_HOUR = env.int("NOTICE_HOUR", 7)  # of the local clock: daily mails of what is new
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", CONTACT_EMAIL)

# What outlives a request: the module with read, work and store, and the queue it waits in.
JOB_KINDS = {
    "factor_request_mail": {"handler": "agencies.mail_factor_requests", "queue": "default"},
    "factor_reset_mail": {"handler": "agencies.mail_factors", "queue": "default"},
    "invitation_mail": {"handler": "agencies.mail", "queue": "default"},
    "report": {"handler": "reports.tasks", "queue": "reports"},
    "notice_mail": {"handler": "assessments.notice_mail", "queue": "default"},
    "redaction_mail": {"handler": "protection.mail", "queue": "default"},
    "export": {"handler": "protection.exporting", "queue": "reports"},
    "scan": {"handler": "assessments.virus_check", "queue": "default"},
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "config.api_base.BearerAuthentication",
        "config.api_base.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": [
        "rest_framework.permissions.IsAuthenticated",
        "config.api_base.HasScope",
    ],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": [
        "config.api_base.JSONParser",
        "rest_framework.parsers.MultiPartParser",
    ],
    "DEFAULT_PAGINATION_CLASS": "agencies.paging.Cursor",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "config.api.problem",
    "PAGE_SIZE": 50,
}
# Requests a minute (agencies/limits.py).
API_CALLS_OF_ONE = env.int("API_CALLS_OF_ONE", 300)
API_CALLS_OF_AGENCY = env.int("API_CALLS_OF_AGENCY", 1200)
API_CALLS_OF_STRANGERS = env.int("API_CALLS_OF_STRANGERS", 60)
SPECTACULAR_SETTINGS = {
    "TITLE": "Early permanence self-assessment API",
    "VERSION": "1.0.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": [
        "rest_framework.permissions.IsAuthenticated",
        "config.api_base.HasScope",
    ],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_SETTINGS": {
        "deepLinking": False,  # would put a link into each button
        "syntaxHighlight": {"activated": False},  # its colours are too faint in every theme
    },
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "config.api_schema.refusals",
    ],
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "ENUM_NAME_OVERRIDES": {
        "EvidenceKindEnum": "assessments.models.EvidenceKind",
        "RedactionStatusEnum": "protection.workflow.Status",
        "ReportKindEnum": "reports.models.Kind",
        "FoundKindEnum": "assessments.searching.Kind",
    },
}

DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {
            "()": structlog.stdlib.ProcessorFormatter,
            "processor": structlog.processors.JSONRenderer(),
            "foreign_pre_chain": [
                redact,
                structlog.processors.format_exc_info,
            ],  # what Django itself logs
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", "INFO")},
    "loggers": {
        "weasyprint.progress": {"level": "WARNING"},  # two lines a page
        "fontTools": {"level": "WARNING"},
    },
}
structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        redact,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso"),
        structlog.processors.format_exc_info,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)
