// A real OAuth2 server for the tests of internal/e2e and internal/gallery: npm oidc-provider with its own
// pages.
//
// It is told what to do by lines of JSON on its standard input, and answers with lines of JSON
// on its standard output. The first line is the configuration, answered with {"issuer": ...}
// when the server listens, beside an "initialAccessToken" where registration takes those that
// the server issues. {"advance": seconds} then sets its clock forward, {"revoke": "..."} ends an
// access token and nothing else; {"end": "access"} ends every access token, and {"end": "all"} every
// refresh token as well. It ends with its input, so that it cannot outlive the tests,
// and on SIGTERM.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';

import Provider, { errors } from 'oidc-provider';

console.info = console.error; // standard output is for the answers alone

const answer = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);

// A clock that a test can set forward: a code expires without anybody waiting for it.
const realNow = Date.now;
let ahead = 0;
Date.now = () => realNow() + ahead;

// configuration makes the configuration of oidc-provider out of the settings that a test sends.
// What is not set is as strict as the server can be.
function configuration({
  clients = [],                   // metadata of RFC 7591
  rotateRefreshToken = true,
  pkceRequired = true,
  codeSeconds = 60,
  accessTokenSeconds = 3600,
  clientCredentials = false,
  // {"enabled": true, "initialAccessToken": "..."}; true instead of a text: one of the server's.
  registration = {},
  registrationManagement = {},    // {"enabled": true, "rotateRegistrationAccessToken": true}
}) {
  return {
    clients,
    rotateRefreshToken,
    // Any name signs in, with any password: the pages for it are a part of the server.
    findAccount: (_ctx, name) => ({ accountId: name, claims: () => ({ sub: name }) }),
    // Whoever is registered for refresh tokens gets one, as at the vendors, and keeps it
    // when the person leaves the browser.
    issueRefreshToken: (_ctx, client) => client.grantTypeAllowed('refresh_token'),
    expiresWithSession: () => false,
    pkce: { required: () => pkceRequired },
    ttl: {
      AccessToken: accessTokenSeconds,
      AuthorizationCode: codeSeconds,
      ClientCredentials: accessTokenSeconds,
      Grant: 86400,
      IdToken: 3600,
      Interaction: 3600,
      RefreshToken: 86400,
      Session: 86400,
    },
    features: {
      devInteractions: { enabled: true },
      revocation: { enabled: true },
      clientCredentials: { enabled: clientCredentials },
      registration,
      registrationManagement,
    },
  };
}

// addPasswordGrant adds the grant of RFC 6749 section 4.3, which the server has not by itself.
// Any name is taken with the one password.
function addPasswordGrant(provider, password) {
  provider.registerGrantType('password', async (ctx) => {
    const { client, params: { username: accountId, password: given, scope } } = ctx.oidc;
    if (!accountId || given !== password) throw new errors.InvalidGrant('wrong user name or password');
    const grant = new provider.Grant({ accountId, clientId: client.clientId });
    if (scope) grant.addOIDCScope(scope);
    const source = { accountId, client, scope, gty: 'password', grantId: await grant.save() };
    const token = new provider.AccessToken(source);
    ctx.body = {
      access_token: await token.save(),
      expires_in: token.expiration,
      token_type: token.tokenType,
      scope,
    };
    if (client.grantTypeAllowed('refresh_token')) {
      ctx.body.refresh_token = await new provider.RefreshToken(source).save();
    }
  }, ['username', 'password', 'scope']);
}

// addResources adds what a token is good for: /whoami says whose it is, also one that a client
// has for itself, which userinfo does not take; /closed refuses every token.
function addResources(provider) {
  provider.use(async (ctx, next) => {
    if (!['/whoami', '/closed'].includes(ctx.path)) return next();
    const value = ctx.get('Authorization').replace(/^Bearer /, '');
    const token = ctx.path === '/whoami' && (await provider.AccessToken.find(value)
      || await provider.ClientCredentials.find(value));
    ctx.status = token ? 200 : 401;
    ctx.body = token ? { sub: token.accountId ?? token.clientId } : { error: 'invalid_token' };
  });
}

// Every token that was issued, so that it can be ended.
const issued = { access: [], refresh: [] };

function remember(provider) {
  provider.on('access_token.saved', (token) => issued.access.push(token));
  provider.on('client_credentials.saved', (token) => issued.access.push(token));
  provider.on('refresh_token.saved', (token) => issued.refresh.push(token));
}

async function endAll(which) {
  await Promise.all(issued[which].splice(0).map((token) => token.destroy()));
}

async function start(settings) {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, configuration(settings));
  provider.on('server_error', (_ctx, error) => console.error(error));
  if (settings.passwordGrant) addPasswordGrant(provider, settings.passwordGrant);
  addResources(provider);
  remember(provider);
  server.on('request', provider.callback());
  const issues = settings.registration?.initialAccessToken === true;
  const initial = issues ? await new provider.InitialAccessToken().save() : undefined;
  answer({ issuer, initialAccessToken: initial, initial_access_token: initial, obeys: true });
  return provider;
}

async function obey(provider, { advance = 0, revoke, end }) {
  if (end) {
    await endAll('access');
    if (end === 'all') await endAll('refresh');
    answer({ done: true });
    return;
  }
  ahead += advance * 1000;
  const token = revoke && (await provider.AccessToken.find(revoke)
    || await provider.ClientCredentials.find(revoke));
  await token?.destroy();
  answer({ ahead: ahead / 1000, revoked: Boolean(token) });
}

process.on('SIGTERM', () => process.exit(0));

let provider;
for await (const line of createInterface({ input: process.stdin })) {
  const message = JSON.parse(line);
  if (provider) await obey(provider, message);
  else provider = await start(message);
}
process.exit(0);
