# Starts Glewlwyd for the gallery, with a configuration and a database of its own, and sets it up by its own
# API. It says where it is in one line of JSON on its standard output, and ends with its standard input.
import ctypes
import glob
import http.cookiejar
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import traceback
import urllib.error
import urllib.request

port = int(sys.argv[1])
base = f"http://127.0.0.1:{port}"
root = os.path.abspath("root")
scratch = tempfile.mkdtemp(prefix="gallery-glewlwyd-")
database = os.path.join(scratch, "glewlwyd.db")
config = os.path.join(scratch, "glewlwyd.conf")

with open(os.path.join(root, "usr/share/dbconfig-common/data/glewlwyd/install/sqlite3")) as tables:
    connection = sqlite3.connect(database)
    connection.executescript(tables.read())
    connection.close()
with open(config, "w") as file:
    file.write(f"""
port={port}
bind_address="127.0.0.1"
external_url="{base}"
login_url="login.html"
api_prefix="api"
static_files_path="{root}/usr/share/glewlwyd/webapp/"
log_mode="console"
log_level="ERROR"
cookie_secure=0
cookie_same_site="lax"
admin_scope="g_admin"
profile_scope="g_profile"
user_module_path="{root}/usr/lib/glewlwyd/user"
client_module_path="{root}/usr/lib/glewlwyd/client"
user_auth_scheme_module_path="{root}/usr/lib/glewlwyd/scheme"
plugin_module_path="{root}/usr/lib/glewlwyd/plugin"
hash_algorithm="SHA512"
database = {{ type = "sqlite3" path = "{database}" }}
static_files_mime_types = ( {{ extension = ".html" mime_type = "text/html" }} )
""")

server = subprocess.Popen(
    [os.path.join(root, "usr/bin/glewlwyd"), "--config-file=" + config],
    env=dict(os.environ, LD_LIBRARY_PATH=":".join(glob.glob(os.path.join(root, "usr/lib/*-linux-gnu*")))),
    stdin=subprocess.DEVNULL,
    preexec_fn=lambda: ctypes.CDLL(None).prctl(1, signal.SIGKILL),  # it does not outlive this program
)


def end(*_):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # both ways to end may come at once
    server.terminate()
    server.wait()
    shutil.rmtree(scratch, ignore_errors=True)
    os._exit(0)


signal.signal(signal.SIGTERM, end)
administrator = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))


def tell(path, body):
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(base + "/api/" + path, json.dumps(body).encode(), headers)
    try:
        return administrator.open(request, timeout=10).read()
    except urllib.error.HTTPError as error:
        print(path, error, error.read().decode(), file=sys.stderr)
        raise


def sign_in():
    while server.poll() is None:
        try:
            return tell("auth/", {"username": "admin", "password": "password"})
        except urllib.error.HTTPError:
            raise
        except OSError:
            threading.Event().wait(0.05)
    raise RuntimeError("Glewlwyd has ended")


def set_up():
    sign_in()
    tell("mod/plugin/", {
        "module": "oidc", "name": "oidc", "display_name": "OpenID Connect", "order_rank": 0, "readonly": False,
        "parameters": {
            "iss": base + "/api/oidc", "jwt-type": "sha", "jwt-key-size": "256", "key": os.urandom(32).hex(),
            "access-token-duration": 3600, "refresh-token-duration": 86400, "code-duration": 600,
            "refresh-token-rolling": True, "refresh-token-one-use": "always", "allow-non-oidc": True,
            "auth-type-code-enabled": True, "auth-type-code-revoke-replayed": True, "auth-type-client-enabled": True,
            "auth-type-refresh-enabled": True, "auth-type-token-enabled": False, "auth-type-password-enabled": False,
            "auth-type-none-enabled": False, "auth-type-device-enabled": False,
            "pkce-allowed": True, "pkce-required": True, "oauth-as-iss-id": True,
            "introspection-revocation-allowed": True, "introspection-revocation-allow-target-client": True,
            "register-client-allowed": True, "register-client-auth-scope": [],
            "register-client-management-allowed": True, "register-client-credentials-scope": ["orders"],
        },
    })
    tell("scope/", {"name": "orders", "display_name": "Orders", "password_required": False, "scheme": {}})
    tell("user/", {"username": "ada", "password": "a-long-password", "enabled": True, "scope": ["openid", "orders", "g_profile"]})


try:
    set_up()
    print(json.dumps({"issuer": base + "/api/oidc", "whoami": base + "/api/oidc/userinfo"}), flush=True)
    sys.stdin.read()
except Exception:
    traceback.print_exc()
finally:  # also where nobody is left who reads that
    end()
