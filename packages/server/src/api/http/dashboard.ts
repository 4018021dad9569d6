import { sep } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { refuse } from './answer.ts';
import type { Paths } from './paths.ts';

/** Vite puts a digest of the content into the names under assets/: such a file never changes. */
const FOREVER = 'public, max-age=31536000, immutable';

const UNBUILT = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Wharf</title>
<body style="font: 16px/1.5 system-ui; max-width: 40rem; margin: 4rem auto; padding: 0 1rem">
<h1>The dashboard is not built yet</h1>
<p>Run <code>npm run build</code> in the checkout and reload this page. The API works without it: <a href="/api/docs">its pages</a>.</p>
</body></html>`;

/** Paths of the dashboard are its own business (it routes in the browser); these prefixes are not among them. */
const NOT_PAGES = ['/api', '/webhooks', '/assets', '/media'];

function isPage(request: FastifyRequest): boolean {
  const path = request.url.split('?', 1)[0] ?? '/';
  const isOther = NOT_PAGES.some((prefix) => path === prefix || path.startsWith(`${prefix}/`));
  return (request.method === 'GET' || request.method === 'HEAD') && !isOther;
}

function sendPage(reply: FastifyReply, dist: string | null): FastifyReply {
  void reply.header('cache-control', 'no-cache');
  return dist === null ? reply.code(503).type('text/html; charset=utf-8').send(UNBUILT) : reply.sendFile('index.html');
}

/** Serves the built dashboard, and answers for every path that nothing else answers for. */
export async function registerDashboard(app: FastifyInstance, dist: string | null, paths: Paths): Promise<void> {
  if (dist !== null) {
    await app.register(fastifyStatic, {
      root: dist,
      cacheControl: false,
      schemaHide: true,
      setHeaders: (reply, path) => {
        void reply.header('cache-control', path.includes(`${sep}assets${sep}`) ? FOREVER : 'no-cache');
      },
    });
  }
  app.setNotFoundHandler((request, reply) => {
    const methods = paths.methodsOf(request.url);
    if (methods.length > 0 && !methods.includes(request.method))
      return refuse(reply.header('allow', methods.join(', ')), 'method_not_allowed');
    if (isPage(request)) return sendPage(reply, dist);
    return refuse(reply, 'not_found', { detail: `There is no ${request.method} ${request.url.split('?', 1)[0]}` });
  });
}
