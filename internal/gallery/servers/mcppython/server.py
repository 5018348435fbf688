# A server of the MCP Python SDK with a sign-in of its own, for the gallery. It says where it is in one line
# of JSON on its standard output, and ends with its standard input. Registration, tokens and revocation are
# the SDK's; what a program has to bring are the stores below. With an argument before the port its issuer has
# that path.
import json
import os
import secrets
import socket
import sys
import threading
import time

from mcp.server.auth.provider import (
    AccessToken,
    AuthorizationCode,
    RefreshToken,
    construct_redirect_uri,
)
from mcp.server.auth.settings import AuthSettings, ClientRegistrationOptions, RevocationOptions
from mcp.server.mcpserver import MCPServer
from mcp.shared.auth import OAuthToken
from starlette.responses import JSONResponse

port = int(sys.argv[-1])
base = f"http://127.0.0.1:{port}"
path = sys.argv[1] if len(sys.argv) > 2 else ""


class Provider:
    def __init__(self):
        self.clients, self.codes, self.access, self.refresh = {}, {}, {}, {}

    async def get_client(self, client_id):
        return self.clients.get(client_id)

    async def register_client(self, client_info):
        self.clients[client_info.client_id] = client_info

    async def authorize(self, client, params):
        code = secrets.token_urlsafe(24)
        self.codes[code] = AuthorizationCode(
            code=code, client_id=client.client_id, scopes=params.scopes or ["mcp:tools"], expires_at=time.time() + 300,
            code_challenge=params.code_challenge, redirect_uri=params.redirect_uri,
            redirect_uri_provided_explicitly=params.redirect_uri_provided_explicitly, resource=params.resource,
        )
        return construct_redirect_uri(str(params.redirect_uri), code=code, state=params.state)

    async def load_authorization_code(self, client, authorization_code):
        return self.codes.get(authorization_code)

    async def exchange_authorization_code(self, client, authorization_code):
        del self.codes[authorization_code.code]
        return self.issue(client, authorization_code.scopes, authorization_code.resource)

    def issue(self, client, scopes, resource):
        access, refresh = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
        self.access[access] = AccessToken(
            token=access, client_id=client.client_id, scopes=scopes, expires_at=int(time.time()) + 3600, resource=resource
        )
        self.refresh[refresh] = RefreshToken(token=refresh, client_id=client.client_id, scopes=scopes)
        return OAuthToken(
            access_token=access, token_type="Bearer", expires_in=3600, refresh_token=refresh, scope=" ".join(scopes)
        )

    async def load_refresh_token(self, client, refresh_token):
        return self.refresh.get(refresh_token)

    async def exchange_refresh_token(self, client, refresh_token, scopes):
        del self.refresh[refresh_token.token]
        return self.issue(client, scopes or refresh_token.scopes, None)

    async def load_access_token(self, token):
        return self.access.get(token)

    async def revoke_token(self, token):
        self.access.pop(token.token, None)
        self.refresh.pop(token.token, None)


provider = Provider()
server = MCPServer(
    "gallery",
    auth_server_provider=provider,
    auth=AuthSettings(
        issuer_url=base + path,
        resource_server_url=base + "/mcp",
        required_scopes=["mcp:tools"],
        client_registration_options=ClientRegistrationOptions(
            enabled=True, valid_scopes=["mcp:tools"], default_scopes=["mcp:tools"]
        ),
        revocation_options=RevocationOptions(enabled=True),
    ),
)


@server.custom_route("/whoami", methods=["GET"])
async def whoami(request):
    token = request.headers.get("Authorization", "").removeprefix("Bearer ")
    found = provider.access.get(token)
    return JSONResponse({"client_id": found.client_id} if found else {}, 200 if found else 401)


# "access" ends every access token; "all" ends the refresh tokens as well.
def obey(line):
    provider.access.clear()
    if json.loads(line)["end"] == "all":
        provider.refresh.clear()
    print(json.dumps({"done": True}), flush=True)


def announce():
    for _ in range(600):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            break
        except OSError:
            threading.Event().wait(0.05)
    print(json.dumps({"issuer": base + path, "resource": base + "/mcp", "whoami": base + "/whoami", "obeys": True}), flush=True)
    for line in sys.stdin:
        obey(line)
    os._exit(0)


threading.Thread(target=announce, daemon=True).start()
server.run(transport="streamable-http", host="127.0.0.1", port=port)
