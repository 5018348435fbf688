// The worker of the gallery: Cloudflare's workers-oauth-provider, with a page to sign in at.
import { OAuthProvider } from '@cloudflare/workers-oauth-provider';

const password = 'a-long-password'; // of everybody
const page = '<!doctype html><form method="post"><input name="email"><input name="password" type="password"><button>Allow</button></form>';

const app = {
  async fetch(request, env) {
    if (new URL(request.url).pathname !== '/authorize') return new Response('no such page', { status: 404 });
    let asked;
    try {
      // The form comes back to the address of the page, so that its query is checked again.
      asked = await env.OAUTH_PROVIDER.parseAuthRequest(new Request(request.url));
    } catch (error) {
      if (error.redirectTo) return Response.redirect(error.redirectTo, 302);
      return new Response(error.message, { status: 400 });
    }
    if (request.method === 'GET') return new Response(page, { headers: { 'content-type': 'text/html' } });
    const form = await request.formData();
    const email = form.get('email');
    if (!email || form.get('password') !== password) return new Response(page, { status: 403 });
    const { redirectTo } = await env.OAUTH_PROVIDER.completeAuthorization({
      request: asked, userId: email, metadata: {}, scope: asked.scope, props: { email },
    });
    return Response.redirect(redirectTo, 302);
  },
};

const api = { fetch: (_request, _env, context) => Response.json({ email: context.props.email }) };

let provider;
export default {
  fetch(request, env, context) {
    provider ??= new OAuthProvider({
      apiRoute: '/mcp', apiHandler: api, defaultHandler: app, authorizeEndpoint: '/authorize', tokenEndpoint: '/oauth/token',
      clientRegistrationEndpoint: '/oauth/register', scopesSupported: ['mcp:read', 'mcp:write'],
      resourceMetadata: { resource: `${env.BASE}/mcp`, authorization_servers: [env.BASE] },
    });
    return provider.fetch(request, env, context);
  },
};
