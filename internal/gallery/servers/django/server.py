# A server of django-oauth-toolkit, for the gallery, below the path /o. It says where it is in one line of
# JSON on its standard output, ends access tokens and sessions where a line on its standard input asks for
# it, and ends with that input. The login page is that of Django's admin, and the page of consent the
# toolkit's own; the tables are SQLite's, in a folder that ends with the server.
import json
import os
import secrets
import signal
import sys
import tempfile
import threading
from datetime import timedelta

import django
from django.conf import settings

port = int(sys.argv[1])
base = f"http://127.0.0.1:{port}"
tables = tempfile.TemporaryDirectory()

settings.configure(
    SECRET_KEY=secrets.token_hex(),
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    USE_TZ=True,
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    INSTALLED_APPS=[
        "django.contrib.admin", "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.messages",
        "django.contrib.sessions", "oauth2_provider",
    ],
    MIDDLEWARE=[
        "django.contrib.sessions.middleware.SessionMiddleware", "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware", "django.contrib.messages.middleware.MessageMiddleware",
    ],
    TEMPLATES=[{
        "BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True,
        "OPTIONS": {"context_processors": [
            "django.template.context_processors.request", "django.contrib.auth.context_processors.auth",
            "django.contrib.messages.context_processors.messages",
        ]},
    }],
    DATABASES={"default": {
        "ENGINE": "django.db.backends.sqlite3", "NAME": os.path.join(tables.name, "tables"),
        "OPTIONS": {"timeout": 60, "transaction_mode": "IMMEDIATE", "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"},
    }},
    PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],  # the others are slow on purpose
    STATIC_URL="/static/",
    LOGIN_URL="/admin/login/",
    OAUTH2_PROVIDER={
        "SCOPES": {"read": "Reading", "write": "Writing"},
        "DCR_ENABLED": True,
        "DCR_REGISTRATION_PERMISSION_CLASSES": ["oauth2_provider.dcr.AllowAllDCRPermission"],
        "COMPLIANT_BCP_RFC9700_AUTHZ_RESPONSE_ISS": True,
        "OAUTH2_PROTECTED_RESOURCE_IDENTIFIER": base + "/whoami",
    },
)
django.setup()

from django.contrib import admin  # noqa: E402
from django.contrib.auth import get_user_model  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import connection  # noqa: E402
from django.http import JsonResponse  # noqa: E402
from django.urls import include, path  # noqa: E402
from django.utils import timezone  # noqa: E402
from oauth2_provider.decorators import protected_resource_metadata  # noqa: E402
from oauth2_provider.models import AccessToken, RefreshToken  # noqa: E402
from oauth2_provider.settings import oauth2_settings  # noqa: E402
from oauth2_provider.views import OAuthProtectedResourceMetadataView  # noqa: E402


@protected_resource_metadata(resource_metadata_url=base + "/.well-known/oauth-protected-resource/whoami")
def whoami(request):
    return JsonResponse({"sub": request.resource_owner and request.resource_owner.get_username()})


# The metadata of the server stand below /o alone, as the toolkit's own urls have them.
urlpatterns = [
    path("admin/", admin.site.urls),
    path("o/", include("oauth2_provider.urls", namespace="oauth2_provider")),
    path(".well-known/oauth-protected-resource/whoami", OAuthProtectedResourceMetadataView.as_view()),
    path("whoami", whoami),
]


# {"end": "access"} ends every access token, as if its time were over, and "all" the refresh tokens as well.
# What clients are managed with is an access token too, and stays; it is "registration" that ends it.
# {"issuer": ...} is what a server behind a proxy is told to call itself, "" for what it is asked at.
def obey(line):
    asked = json.loads(line)
    if "issuer" in asked:
        oauth2_settings.OIDC_ISS_ENDPOINT = asked["issuer"]
    else:
        end(asked["end"])
    print(json.dumps({"done": True}), flush=True)


def end(which):
    registration = {"scope": "oauth2_provider:registration"}
    tokens = AccessToken.objects.filter(**registration) if which == "registration" else AccessToken.objects.exclude(**registration)
    tokens.update(expires=timezone.now() - timedelta(days=1))
    if which == "all":
        RefreshToken.objects.update(revoked=timezone.now())
    connection.close()


def finish(*_):
    tables.cleanup()
    os._exit(0)


def listen_to_the_tests():
    for line in sys.stdin:
        obey(line)
    finish()


class Listener(ThreadedWSGIServer):
    request_queue_size = 128
    daemon_threads = True


call_command("migrate", verbosity=0)
get_user_model().objects.create_superuser("frieda", "frieda@example.com", "password")
connection.close()
listener = Listener(("127.0.0.1", port), WSGIRequestHandler)
listener.set_app(get_wsgi_application())
signal.signal(signal.SIGTERM, finish)
threading.Thread(target=listen_to_the_tests, daemon=True).start()
print(json.dumps({
    "issuer": base + "/o", "resource": base + "/whoami", "whoami": base + "/whoami", "obeys": True,
}), flush=True)
listener.serve_forever()
