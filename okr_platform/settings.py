"""One file for every place it runs; what differs comes from the environment.

There is no insecure fallback: without a secret key, hosts and databases nothing starts.
docs/operations.md explains each variable.
"""

from datetime import timedelta
from pathlib import Path

import pghistory
from celery.schedules import schedule
from django.utils.csp import CSP
from environs import Env
from psycopg.conninfo import conninfo_to_dict

env = Env()
BASE_DIR = Path(__file__).resolve().parent.parent
STATE_DIR = Path(env.str("OKR_STATE_DIR", str(BASE_DIR / ".okr")))

SECRET_KEY = env.str("SECRET_KEY")
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", [])
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS")
SITE_URL = env.str("SITE_URL")
INSTALLED_APPS = [
    "demo",
    "reports",
    "checkins",
    "objectives",
    "activity",
    "organizations",
    "accounts",
    "core",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",  # allauth's passkey pages load its tags
    "django.forms",  # its widgets' templates, which FORM_RENDERER looks for among the others
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_htmx",
    "pghistory",
    "pgtrigger",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    # Outside, so that errors have them too.
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    # Outside the door, so that messages are stored after the commit.
    "django.contrib.messages.middleware.MessageMiddleware",
    "organizations.middleware.OrganizationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "okr_platform.urls"
ORGANIZATION_URLCONF = "okr_platform.organization_urls"
LINK_URLCONF = "okr_platform.link_urls"
WSGI_APPLICATION = "okr_platform.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "core.templatetags.ui",
                "objectives.templatetags.map",
                "objectives.templatetags.discussion",
                "objectives.templatetags.explained",
                "objectives.templatetags.initiatives",
                "objectives.templatetags.key_results",
                "objectives.templatetags.life",
                "objectives.templatetags.outline",
                "objectives.templatetags.planning",
                "organizations.templatetags.organization",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csp",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "okr_platform.navigation.navigation",
            ],
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
        },
    }
]
FORM_RENDERER = "core.forms.PlumblineRenderer"

# The role in this address decides what a process may do: okr_app serves, okr_owner migrates.
database = conninfo_to_dict(env.str("DATABASE_URL"))
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": database["dbname"],
        "USER": database["user"],
        "PASSWORD": database.get("password", ""),
        "HOST": database.get("host", ""),
        "PORT": database.get("port", ""),
        "DISABLE_SERVER_SIDE_CURSORS": True,
        "OPTIONS": {"pool": {"max_size": 12}} if env.bool("DATABASE_POOL", False) else {},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
PGHISTORY_CONTEXT_FIELD = pghistory.ContextJSONField()

REDIS_URL = env.str("REDIS_URL")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        # A database of its own: clearing a cache empties the whole database, the broker's too.
        "LOCATION": REDIS_URL.replace("redis+socket://", "unix://") + "?db=1",
        "KEY_PREFIX": env.str("REDIS_PREFIX", ""),
        "KEY_FUNCTION": "organizations.tenancy.cache_key",
    }
}
# Read from the cache, kept in the database: losing the cache signs nobody out.
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"

CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
# Without these a request waits more than six seconds for a broker that is not there.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "global_keyprefix": env.str("REDIS_PREFIX", ""),
    "socket_connect_timeout": 0.5,
    "max_retries": 1,
    "interval_start": 0,
    "interval_max": 0.1,
}
CELERY_BEAT_SCHEDULE_FILENAME = str(STATE_DIR / "beat")
# A tick looks for what is due by its own clock, so a late or doubled one does no harm.
CELERY_BEAT_SCHEDULE = {
    "check-in reminders": {
        "task": "checkins.tasks.tick",
        "schedule": schedule(timedelta(minutes=1)),
        "options": {"expires": 60},
    },
    "mail delivery": {
        "task": "checkins.tasks.deliver_due_mail",
        "schedule": schedule(timedelta(seconds=30)),
        "options": {"expires": 30},
    },
}

MAIL_FOLDER = env.path("MAIL_FOLDER", None)
MAIL_LEASE = timedelta(seconds=env.float("MAIL_LEASE", 120))
SMTP_SECURITY = env.str("SMTP_SECURITY", "starttls")
MAILERS = {
    "default": {
        "BACKEND": "core.mail.MailFolder",
        "OPTIONS": {"folder": str(MAIL_FOLDER)},
    }
    if MAIL_FOLDER
    else {
        "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "OPTIONS": {
            "host": env.str("SMTP_HOST", "localhost"),
            "port": env.int("SMTP_PORT", 587),
            "username": env.str("SMTP_USER", ""),
            "password": env.str("SMTP_PASSWORD", ""),
            "use_tls": SMTP_SECURITY == "starttls",
            "use_ssl": SMTP_SECURITY == "tls",
            "timeout": 20,
        },
    }
}
DEFAULT_FROM_EMAIL = env.str("MAIL_FROM", "Plumbline <plumbline@localhost>")

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
    )
]
LOGIN_URL = "/accounts/login/"
LOGIN_REDIRECT_URL = "/"
SIGN_UP_OPEN = env.bool("SIGN_UP_OPEN", False)
DEMO_PASSWORD = env.str("OKR_DEMO_PASSWORD", "")
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_REDIRECT_URL = "/accounts/login/"
ACCOUNT_SESSION_REMEMBER = True
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Plumbline"
USERSESSIONS_TRACK_ACTIVITY = False

# Absolute, so that no organization's path is put before it.
STATIC_URL = "/static/"
STATIC_ROOT = STATE_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "core.static.JoinedStaticFilesStorage"},
}

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English")]  # those we have words for
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

SECURE_CSP: dict[str, list[str]] = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"  # a signed link never leaves in a referrer (N8)
# A laptop has no certificate. Everywhere else cookies and pages travel encrypted only.
INSECURE_HTTP = env.bool("INSECURE_HTTP", False)
SECURE_SSL_REDIRECT = not INSECURE_HTTP
SECURE_REDIRECT_EXEMPT = ["^health/$"]
BEHIND_PROXY = env.bool("BEHIND_PROXY", False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
# Limits on sign-in count by the visitor's address, not by the proxy's, which is everybody's.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if BEHIND_PROXY else 0
SECURE_HSTS_SECONDS = 0 if INSECURE_HTTP else 31536000
SECURE_HSTS_INCLUDE_SUBDOMAINS = not INSECURE_HTTP
SECURE_HSTS_PRELOAD = not INSECURE_HTTP
SESSION_COOKIE_SECURE = not INSECURE_HTTP
CSRF_COOKIE_SECURE = not INSECURE_HTTP
CSRF_FAILURE_VIEW = "okr_platform.views.csrf_failure"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(levelname)s %(name)s: %(message)s"}},
    "filters": {"secretless": {"()": "core.logs.Secretless"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["secretless"],
        }
    },
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", "INFO")},
    "loggers": {"django": {"handlers": [], "level": "INFO", "propagate": True}},
}
