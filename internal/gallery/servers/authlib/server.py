# A server of Authlib on Flask, for the gallery. It says where it is in one line of JSON on its standard
# output, ends access tokens and sessions where a line on its standard input asks for it, and ends with that
# input. Registration, its management, tokens, revocation and metadata are Authlib's, with its mixins as its
# documentation has them; what a program has to bring are the tables, the pages and the routes below.
import json
import os
import sys
import threading
import time

from authlib.integrations.flask_oauth2 import AuthorizationServer, ResourceProtector, current_token
from authlib.integrations.sqla_oauth2 import (
    OAuth2AuthorizationCodeMixin,
    OAuth2ClientMixin,
    OAuth2TokenMixin,
    create_bearer_token_validator,
    create_query_client_func,
    create_revocation_endpoint,
    create_save_token_func,
)
from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import grants
from authlib.oauth2.rfc7591 import ClientRegistrationEndpoint
from authlib.oauth2.rfc7592 import ClientConfigurationEndpoint
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oauth2.rfc8414 import AuthorizationServerMetadata
from flask import Flask, jsonify, redirect, render_template_string, request, session, url_for
from sqlalchemy import Column, Integer, String, create_engine, update
from sqlalchemy.orm import declarative_base, scoped_session, sessionmaker
from sqlalchemy.pool import StaticPool
from werkzeug.serving import make_server

port = int(sys.argv[1])
base = f"http://127.0.0.1:{port}"
initial_token = os.urandom(16).hex()
methods = ["client_secret_basic", "client_secret_post", "none"]
one_at_a_time = threading.Lock()  # everybody shares the one connection to the tables in memory
engine = create_engine("sqlite://", connect_args={"check_same_thread": False}, poolclass=StaticPool)
db = scoped_session(sessionmaker(engine))
Base = declarative_base()


class Person:
    def __init__(self, name):
        self.name = name

    def get_user_id(self):
        return self.name


class Client(Base, OAuth2ClientMixin):
    __tablename__ = "client"
    id = Column(Integer, primary_key=True)
    registration_token = Column(String(64))


class Code(Base, OAuth2AuthorizationCodeMixin):
    __tablename__ = "code"
    id = Column(Integer, primary_key=True)
    user_id = Column(String(40))


class Token(Base, OAuth2TokenMixin):
    __tablename__ = "token"
    id = Column(Integer, primary_key=True)
    user_id = Column(String(40))

    def is_refresh_token_active(self):
        return not self.is_revoked()


Base.metadata.create_all(engine)


class CodeGrant(grants.AuthorizationCodeGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = methods

    def save_authorization_code(self, code, request):
        data = request.payload.data
        db.add(Code(
            code=code, client_id=request.client.client_id, redirect_uri=request.payload.redirect_uri, scope=request.payload.scope,
            user_id=request.user.name, code_challenge=data.get("code_challenge"),
            code_challenge_method=data.get("code_challenge_method"),
        ))
        db.commit()

    def query_authorization_code(self, code, client):
        item = db.query(Code).filter_by(code=code, client_id=client.client_id).first()
        return item if item and not item.is_expired() else None

    def delete_authorization_code(self, authorization_code):
        db.delete(authorization_code)
        db.commit()

    def authenticate_user(self, authorization_code):
        return Person(authorization_code.user_id)


class RefreshGrant(grants.RefreshTokenGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = methods
    INCLUDE_NEW_REFRESH_TOKEN = True

    def authenticate_refresh_token(self, refresh_token):
        item = db.query(Token).filter_by(refresh_token=refresh_token).first()
        return item if item and item.is_refresh_token_active() else None

    def authenticate_user(self, credential):
        return Person(credential.user_id)

    def revoke_old_credential(self, credential):
        credential.access_token_revoked_at = credential.refresh_token_revoked_at = int(time.time())
        db.commit()


class ClientGrant(grants.ClientCredentialsGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = methods[:2]


class Revocation(create_revocation_endpoint(db, Token)):
    CLIENT_AUTH_METHODS = methods


def server_metadata():
    return {
        "issuer": base,
        "authorization_endpoint": base + "/oauth/authorize",
        "token_endpoint": base + "/oauth/token",
        "registration_endpoint": base + "/oauth/register",
        "revocation_endpoint": base + "/oauth/revoke",
        "response_types_supported": ["code"],
        "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"],
        "token_endpoint_auth_methods_supported": methods,
        "revocation_endpoint_auth_methods_supported": methods,
        "code_challenge_methods_supported": ["S256"],
        "scopes_supported": ["profile", "orders"],
    }


def bearer(request):
    return request.headers.get("Authorization", "").removeprefix("Bearer ")


class Initial:
    """What a program registers with."""


class Registered:
    """What a registered client is managed with."""

    def __init__(self, client):
        self.client = client

    def check_client(self, client):
        return self.client.client_id == client.client_id


def registration_info(client):
    return {
        "registration_client_uri": f"{base}/oauth/register/{client.client_id}",
        "registration_access_token": client.registration_token,
    }


class Registration(ClientRegistrationEndpoint):
    def authenticate_token(self, request):
        return Initial() if bearer(request) == initial_token else None

    def get_server_metadata(self):
        return server_metadata()

    def save_client(self, client_info, client_metadata, request):
        client = Client(registration_token=os.urandom(24).hex(), **client_info)
        client.set_client_metadata(client_metadata)
        db.add(client)
        db.commit()
        return client

    def generate_client_registration_info(self, client, request):
        return registration_info(client)


class Configuration(ClientConfigurationEndpoint):
    def authenticate_token(self, request):
        client = db.query(Client).filter_by(registration_token=bearer(request)).first()
        return Registered(client) if client else None

    def authenticate_client(self, request):
        return db.query(Client).filter_by(client_id=request.uri.rsplit("/", 1)[-1]).first()

    def revoke_access_token(self, token, request):
        token.client.registration_token = None
        db.commit()

    def check_permission(self, client, request):
        return True

    def delete_client(self, client, request):
        db.delete(client)
        db.commit()

    def update_client(self, client, client_metadata, request):
        client.set_client_metadata({**client.client_metadata, **client_metadata})
        db.add(client)
        db.commit()
        return client

    def get_server_metadata(self):
        return server_metadata()

    def generate_client_registration_info(self, client, request):
        return registration_info(client)


app = Flask(__name__)
app.config.update(SECRET_KEY=os.urandom(16), OAUTH2_REFRESH_TOKEN_GENERATOR=True, OAUTH2_SCOPES_SUPPORTED=["profile", "orders"])
server = AuthorizationServer(app, create_query_client_func(db, Client), create_save_token_func(db, Token))
server.register_grant(CodeGrant, [CodeChallenge(required=True)])
server.register_grant(RefreshGrant)
server.register_grant(ClientGrant)
server.register_endpoint(Revocation)
server.register_endpoint(Registration)
server.register_endpoint(Configuration)
protect = ResourceProtector()
protect.register_token_validator(create_bearer_token_validator(db, Token)())

LOGIN = """<form method="post"><input name="name"><input name="password" type="password"><button>Sign in</button></form>"""
CONSENT = """<p>{{ client }} asks for {{ scope }}</p>
<form method="post"><button name="confirm" value="yes">Allow</button><button name="confirm" value="no">Deny</button></form>"""


@app.before_request
def begin():
    one_at_a_time.acquire()


@app.teardown_request
def end(_error):
    db.remove()
    one_at_a_time.release()


@app.route("/login", methods=["GET", "POST"])
def login():
    if request.method == "GET":
        return LOGIN
    if not request.form["name"] or request.form["password"] != "password":
        return LOGIN, 403
    session["name"] = request.form["name"]
    return redirect(request.args["next"])


@app.route("/oauth/authorize", methods=["GET", "POST"])
def authorize():
    if "name" not in session:
        return redirect(url_for("login", next=request.full_path))
    person = Person(session["name"])
    try:
        grant = server.get_consent_grant(end_user=person)
    except OAuth2Error as error:
        return server.handle_error_response(server.create_oauth2_request(request), error)
    if request.method == "GET":
        return render_template_string(CONSENT, client=grant.client.client_name, scope=grant.request.payload.scope)
    agreed = request.form.get("confirm") == "yes"
    return server.create_authorization_response(request, grant_user=person if agreed else None, grant=grant)


@app.post("/oauth/token")
def token():
    return server.create_token_response()


@app.post("/oauth/revoke")
def revoke():
    return server.create_endpoint_response("revocation")


@app.post("/oauth/register")
def register():
    return server.create_endpoint_response("client_registration")


@app.route("/oauth/register/<client_id>", methods=["GET", "PUT", "DELETE"])
def configure(client_id):
    return server.create_endpoint_response("client_configuration")


@app.get("/.well-known/oauth-authorization-server")
def metadata():
    return jsonify(AuthorizationServerMetadata(server_metadata()))  # unvalidated: it wants https on this machine too


@app.get("/whoami")
@protect()
def whoami():
    return jsonify(sub=current_token.user_id)


# "access" ends every access token, as if its time were over; "all" ends the refresh tokens as well.
def obey(line):
    now = int(time.time())
    with one_at_a_time:
        db.execute(update(Token).values(issued_at=0, expires_in=1))
        if json.loads(line)["end"] == "all":
            db.execute(update(Token).values(refresh_token_revoked_at=now))
        db.commit()
        db.remove()
    print(json.dumps({"done": True}), flush=True)


def listen_to_the_tests():
    for line in sys.stdin:
        obey(line)
    os._exit(0)


os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"  # http, on this machine
listener = make_server("127.0.0.1", port, app, threaded=True)
threading.Thread(target=listen_to_the_tests, daemon=True).start()
print(json.dumps({
    "issuer": base, "whoami": base + "/whoami", "initial_access_token": initial_token, "obeys": True,
}), flush=True)
listener.serve_forever()
