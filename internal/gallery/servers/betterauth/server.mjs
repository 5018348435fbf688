// A server of better-auth with its OAuth provider, for the gallery. It says where it is in one line of JSON on
// its standard output, ends access tokens and sessions where a line on its standard input asks for it, and ends
// with that input. Registration, sign-in, consent, tokens and revocation are better-auth's; what a program has
// to bring are the pages below, whose forms go to its endpoints.
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';

import { oauthProvider } from '@better-auth/oauth-provider';
import { oauthProviderResourceClient } from '@better-auth/oauth-provider/resource-client';
import { betterAuth } from 'better-auth';
import { memoryAdapter } from 'better-auth/adapters/memory';
import { toNodeHandler } from 'better-auth/node';
import { jwt } from 'better-auth/plugins';

const port = Number(process.argv[3]);
const base = `http://127.0.0.1:${port}`;
const issuer = `${base}/api/auth`;
const resource = `${base}/mcp`;
const tables = ['user', 'session', 'account', 'verification', 'jwks', 'oauthClient', 'oauthResource', 'oauthClientResource',
  'oauthClientAssertion', 'oauthAccessToken', 'oauthRefreshToken', 'oauthConsent'];

const auth = betterAuth({
  baseURL: base,
  secret: 'only-for-a-server-that-lives-a-minute',
  database: memoryAdapter(Object.fromEntries(tables.map((name) => [name, []]))),
  emailAndPassword: { enabled: true },
  rateLimit: { enabled: false },
  telemetry: { enabled: false },
  logger: { level: 'error' },
  plugins: [jwt(), oauthProvider({
    loginPage: '/sign-in', consentPage: '/consent', allowDynamicClientRegistration: true,
    validateInitialAccessToken: ({ initialAccessToken }) => initialAccessToken === process.argv[2] && {},
    resources: [resource], clientRegistrationDefaultResources: [resource],
    silenceWarnings: { oauthAuthServerConfig: true, openidConfig: true },
  })],
});
await auth.api.signUpEmail({ body: { name: 'Ada', email: 'ada@example.com', password: 'a-long-password' } });
const { getProtectedResourceMetadata } = oauthProviderResourceClient(auth).getActions();

// A page has one form, which comes back to the address of the page: its query is the request, signed.
const forms = {
  '/sign-in': {
    html: '<form method="post"><input name="email"><input name="password" type="password"><button>Sign in</button></form>',
    endpoint: '/sign-in/email',
    body: (form, query) => ({ email: form.get('email'), password: form.get('password'), oauth_query: query }),
  },
  '/consent': {
    html: '<form method="post"><button name="accept" value="yes">Allow</button><button name="accept" value="no">Deny</button></form>',
    endpoint: '/oauth2/consent',
    body: (form, query) => ({ accept: form.get('accept') === 'yes', oauth_query: query }),
  },
};

async function text(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts).toString();
}

// submit is what the script of a page would do.
async function submit(page, url, request, response) {
  const answer = await auth.handler(new Request(issuer + page.endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json', origin: base, cookie: request.headers.cookie ?? '' },
    body: JSON.stringify(page.body(new URLSearchParams(await text(request)), url.search.slice(1))),
  }));
  const said = await answer.text();
  const to = answer.ok ? JSON.parse(said).url : undefined;
  response.setHeader('set-cookie', answer.headers.getSetCookie());
  if (to) response.writeHead(303, { location: to }).end();
  else response.writeHead(answer.ok ? 500 : answer.status, { 'content-type': 'text/plain' }).end(said);
}

const better = toNodeHandler(auth);
const server = createServer(async (request, response) => {
  const url = new URL(request.url, base);
  const page = forms[url.pathname];
  if (page && request.method === 'POST') return submit(page, url, request, response);
  if (page) return response.writeHead(200, { 'content-type': 'text/html' }).end(`<!doctype html>${page.html}`);
  if (url.pathname === '/.well-known/oauth-protected-resource/mcp') {
    const said = JSON.stringify(await getProtectedResourceMetadata({ resource, authorization_servers: [issuer] }));
    return response.writeHead(200, { 'content-type': 'application/json' }).end(said);
  }
  return better(request, response);
});
server.listen(port, '127.0.0.1', () => {
  process.stdout.write(`${JSON.stringify({ issuer, resource, whoami: `${issuer}/oauth2/userinfo`, obeys: true })}\n`);
});

// "access" ends every access token, which are kept as no JWT is asked for; "all" ends the refresh tokens as well.
async function obey(line) {
  const { adapter } = await auth.$context;
  await adapter.deleteMany({ model: 'oauthAccessToken', where: [] });
  if (JSON.parse(line).end === 'all') await adapter.deleteMany({ model: 'oauthRefreshToken', where: [] });
  process.stdout.write(`${JSON.stringify({ done: true })}\n`);
}

createInterface({ input: process.stdin }).on('line', obey).on('close', () => process.exit(0));
process.on('SIGTERM', () => process.exit(0));
