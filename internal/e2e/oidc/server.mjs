// A real OAuth2 server for the tests of this module: npm oidc-provider with its own pages.
//
// It is told what to do by lines of JSON on its standard input, and answers with lines of JSON
// on its standard output. The first line is the configuration, answered with {"issuer": ...}
// when the server listens. {"advance": seconds} then sets its clock forward. It ends with its
// input, so that it cannot outlive the tests, and on SIGTERM.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';

import Provider from 'oidc-provider';

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
  registration = {},              // {"enabled": true, "initialAccessToken": "..."}
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

async function start(settings) {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, configuration(settings));
  provider.on('server_error', (_ctx, error) => console.error(error));
  server.on('request', provider.callback());
  answer({ issuer });
}

process.on('SIGTERM', () => process.exit(0));

let started = false;
for await (const line of createInterface({ input: process.stdin })) {
  const message = JSON.parse(line);
  if (started) {
    ahead += message.advance * 1000;
    answer({ ahead: ahead / 1000 });
  } else {
    started = true;
    await start(message);
  }
}
process.exit(0);
