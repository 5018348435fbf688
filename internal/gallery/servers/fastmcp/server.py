# A server of FastMCP that signs people in by itself, for the gallery. It says where it is in one line of
# JSON on its standard output, and ends with its standard input. With an argument before
# the port its issuer has that path.
import json
import os
import socket
import sys
import threading

from fastmcp import FastMCP
from fastmcp.server.auth.providers.in_memory import InMemoryOAuthProvider
from mcp.server.auth.settings import ClientRegistrationOptions, RevocationOptions
from starlette.responses import JSONResponse

port = int(sys.argv[-1])
base = f"http://127.0.0.1:{port}"
path = sys.argv[1] if len(sys.argv) > 2 else ""

auth = InMemoryOAuthProvider(
    base_url=base + path,
    client_registration_options=ClientRegistrationOptions(
        enabled=True, valid_scopes=["mcp:tools"], default_scopes=["mcp:tools"]
    ),
    revocation_options=RevocationOptions(enabled=True),
    required_scopes=["mcp:tools"],
)
server = FastMCP("gallery", auth=auth)


@server.custom_route("/whoami", methods=["GET"])
async def whoami(request):
    token = request.headers.get("Authorization", "").removeprefix("Bearer ")
    found = await auth.load_access_token(token)
    return JSONResponse({"client_id": found.client_id} if found else {}, 200 if found else 401)


# "access" ends every access token; "all" ends the refresh tokens as well.
def obey(line):
    auth.access_tokens.clear()
    if json.loads(line)["end"] == "all":
        auth.refresh_tokens.clear()
    print(json.dumps({"done": True}), flush=True)


def announce():
    for _ in range(600):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            break
        except OSError:
            threading.Event().wait(0.05)
    print(json.dumps({"issuer": base + (path or "/"), "resource": base + "/mcp", "whoami": base + "/whoami", "obeys": True}), flush=True)
    for line in sys.stdin:
        obey(line)
    os._exit(0)


threading.Thread(target=announce, daemon=True).start()
server.run(transport="http", host="127.0.0.1", port=port, show_banner=False)
