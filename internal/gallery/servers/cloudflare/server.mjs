// Runs the worker in workerd, the runtime of Cloudflare, for the gallery. It says where it is in one line of
// JSON on its standard output, ends access tokens and sessions where a line on its standard input asks for it,
// and ends with that input.
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

import { Miniflare } from 'miniflare';

const port = Number(process.argv[2]);
const base = `http://127.0.0.1:${port}`;
const library = 'node_modules/@cloudflare/workers-oauth-provider/dist/oauth-provider.js';

const server = new Miniflare({
  host: '127.0.0.1', port, cf: false, compatibilityDate: '2026-07-01', compatibilityFlags: ['global_fetch_strictly_public'],
  modules: [
    { type: 'ESModule', path: 'worker.mjs', contents: readFileSync('worker.mjs', 'utf8') },
    { type: 'ESModule', path: '@cloudflare/workers-oauth-provider', contents: readFileSync(library, 'utf8') },
  ],
  kvNamespaces: ['OAUTH_KV'], bindings: { BASE: base },
});
// "access" ends every access token; "all" ends the grants as well, which hold the refresh tokens.
async function obey(line) {
  const kept = await server.getKVNamespace('OAUTH_KV');
  for (const prefix of JSON.parse(line).end === 'all' ? ['token:', 'grant:'] : ['token:']) {
    const { keys } = await kept.list({ prefix }); // up to 1000, and the tests have fewer
    await Promise.all(keys.map(({ name }) => kept.delete(name)));
  }
  process.stdout.write(`${JSON.stringify({ done: true })}\n`);
}

// Both ways to end may come at once, and before the server is ready. What dispose has begun to clear away is
// cleared away when the program has nothing else to do.
let ending;
const end = () => { ending ??= server.dispose(); process.stdin.destroy(); };
createInterface({ input: process.stdin }).on('line', obey).on('close', end);
process.on('SIGTERM', end);
for (const stream of [process.stdout, process.stderr]) stream.on('error', end); // nobody reads any more

try {
  await server.ready;
  process.stdout.write(`${JSON.stringify({ issuer: base, resource: `${base}/mcp`, whoami: `${base}/mcp`, obeys: true })}\n`);
} catch (error) {
  if (!ending) throw error;
  await ending; // it was ended before it was ready
}
