// A server of the MCP TypeScript SDK with a sign-in of its own, for the gallery. It says where it is in one
// line of JSON on its standard output, ends tokens where a line on its standard input asks for it, and ends
// with that input. Registration, tokens and revocation are the SDK's; what a program has to bring are the
// stores below. With an argument before the port its issuer has that path.
import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline';

import { InvalidGrantError, InvalidTokenError } from '@modelcontextprotocol/sdk/server/auth/errors.js';
import { requireBearerAuth } from '@modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js';
import { getOAuthProtectedResourceMetadataUrl, mcpAuthRouter } from '@modelcontextprotocol/sdk/server/auth/router.js';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import express from 'express';

const port = Number(process.argv.at(-1));
const base = `http://127.0.0.1:${port}`;
const issuer = new URL(process.argv.length > 3 ? process.argv[2] : '', base);
const clients = new Map();
const codes = new Map();
const access = new Map();
const refresh = new Map();

function issue(client, scopes, resource) {
  const tokens = { access_token: randomUUID(), refresh_token: randomUUID() };
  access.set(tokens.access_token, { clientId: client.client_id, scopes, resource, expiresAt: Math.floor(Date.now() / 1000) + 3600 });
  refresh.set(tokens.refresh_token, { clientId: client.client_id, scopes, resource });
  return { ...tokens, token_type: 'bearer', expires_in: 3600, scope: scopes.join(' ') };
}

const provider = {
  clientsStore: {
    getClient: (id) => clients.get(id),
    registerClient: (client) => { clients.set(client.client_id, client); return client; },
  },
  async authorize(client, params, response) {
    const code = randomUUID();
    codes.set(code, { client, params });
    const target = new URL(params.redirectUri);
    target.searchParams.set('code', code);
    if (params.state !== undefined) target.searchParams.set('state', params.state);
    response.redirect(target.toString());
  },
  async challengeForAuthorizationCode(_client, code) {
    if (!codes.has(code)) throw new InvalidGrantError('no such code');
    return codes.get(code).params.codeChallenge;
  },
  async exchangeAuthorizationCode(client, code) {
    const { params } = codes.get(code);
    codes.delete(code);
    return issue(client, params.scopes ?? [], params.resource);
  },
  async exchangeRefreshToken(client, token, scopes) {
    const known = refresh.get(token);
    if (!known || known.clientId !== client.client_id) throw new InvalidGrantError('no such refresh token');
    refresh.delete(token);
    return issue(client, scopes?.length ? scopes : known.scopes, known.resource);
  },
  async verifyAccessToken(token) {
    const known = access.get(token);
    if (!known) throw new InvalidTokenError('no such token');
    return { token, ...known };
  },
  async revokeToken(_client, { token }) {
    access.delete(token);
    refresh.delete(token);
  },
};

const app = express();
const noLimit = { rateLimit: false };
app.use(mcpAuthRouter({
  provider, issuerUrl: issuer, resourceServerUrl: new URL(`${base}/mcp`), scopesSupported: ['mcp:tools'],
  authorizationOptions: noLimit, clientRegistrationOptions: noLimit, revocationOptions: noLimit, tokenOptions: noLimit,
}));
const bearer = requireBearerAuth({ verifier: provider, resourceMetadataUrl: getOAuthProtectedResourceMetadataUrl(new URL(`${base}/mcp`)) });
app.get('/whoami', bearer, (request, response) => response.json({ client_id: request.auth.clientId }));
app.all('/mcp', bearer, express.json(), async (request, response) => {
  const server = new McpServer({ name: 'gallery', version: '1' });
  const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined });
  await server.connect(transport);
  await transport.handleRequest(request, response, request.body);
});
app.listen(port, '127.0.0.1', () => {
  process.stdout.write(`${JSON.stringify({ issuer: issuer.href, resource: `${base}/mcp`, whoami: `${base}/whoami`, obeys: true })}\n`);
});
process.on('SIGTERM', () => process.exit(0));
// "access" ends every access token; "all" ends the refresh tokens as well.
for await (const line of createInterface({ input: process.stdin })) {
  access.clear();
  if (JSON.parse(line).end === 'all') refresh.clear();
  process.stdout.write(`${JSON.stringify({ done: true })}\n`);
}
process.exit(0);
