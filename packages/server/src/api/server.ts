import { createServer, type RequestListener } from 'node:http';
import fastifySwagger from '@fastify/swagger';
import Fastify, { type FastifyError, type FastifyInstance } from 'fastify';
import {
  createJsonSchemaTransform,
  createJsonSchemaTransformObject,
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod';
import { registerDashboard } from './http/dashboard.ts';
import { type Document, toDocsPage } from './http/docs-page.ts';
import { makeErrorHandler } from './http/errors.ts';
import { makePaths, type Paths } from './http/paths.ts';
import { makeGate, SECURITY_HEADERS } from './http/security.ts';
import type { ApiPorts } from './ports.ts';
import { registerChannels } from './routes/channels.ts';
import { registerConsents } from './routes/consents.ts';
import { registerContacts } from './routes/contacts.ts';
import { registerConversations } from './routes/conversations.ts';
import { registerEvents } from './routes/events.ts';
import { registerMedia } from './routes/media.ts';
import { registerMessages } from './routes/messages.ts';
import { registerPolicy } from './routes/policy.ts';
import { registerQuarantine } from './routes/quarantine.ts';
import { registerSending } from './routes/sending.ts';
import { registerSession } from './routes/session.ts';
import { named } from './routes/shapes.ts';
import { registerTemplates } from './routes/templates.ts';

const BODY_LIMIT = 1 << 20;

/**
 * Above the 60 s that load balancers keep a connection idle by default: whoever closes first must be the balancer, or
 * it sends a webhook into a connection that we are just closing.
 */
const KEEP_ALIVE_MS = 75_000;
const TIMEOUTS = {
  headersTimeout: 10_000,
  requestTimeout: 60_000,
  keepAliveTimeout: KEEP_ALIVE_MS,
  connectionsCheckingInterval: 5_000,
};

function makeServer(ports: ApiPorts, handler: RequestListener) {
  const server = createServer(TIMEOUTS, (req, res) => {
    if (!ports.gateway(req, res)) handler(req, res);
  });
  server.maxRequestsPerSocket = 0;
  return server;
}

function makeFastify(ports: ApiPorts): FastifyInstance {
  const handleError = makeErrorHandler(ports.log);
  return Fastify({
    logger: false,
    bodyLimit: BODY_LIMIT,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 1_000 },
    serverFactory: (handler) => makeServer(ports, handler),
    frameworkErrors: (error, request, reply) => void handleError(error, request, reply.headers(SECURITY_HEADERS)),
  });
}

function prepare(app: FastifyInstance, ports: ApiPorts, paths: Paths): void {
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.removeContentTypeParser('text/plain');
  app.setErrorHandler<FastifyError>(makeErrorHandler(ports.log));
  app.addHook('onRoute', (route) => {
    if (route.url.startsWith('/api/')) paths.add(route.url, [route.method].flat());
  });
  app.addHook('onRequest', async (request, reply) => {
    void reply.headers(SECURITY_HEADERS);
    if (request.url.startsWith('/api/')) void reply.header('cache-control', 'no-store');
  });
  app.addHook('onRequest', makeGate(ports.accounts));
}

async function registerDocument(app: FastifyInstance, version: string): Promise<void> {
  await app.register(fastifySwagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Wharf API',
        version,
        description:
          'JSON over HTTP. Lists answer {data, next}; pass next as `after`. Errors are RFC 9457 problems with a code and the next step.',
      },
      components: {
        securitySchemes: {
          key: { type: 'http', scheme: 'bearer', description: 'An API key' },
          session: { type: 'apiKey', in: 'cookie', name: 'wharf_session', description: 'A signed-in browser' },
        },
      },
      security: [{ key: [] }, { session: [] }],
    },
    transform: createJsonSchemaTransform({ schemaRegistry: named }),
    transformObject: createJsonSchemaTransformObject({ schemaRegistry: named }),
  });
}

function serveDocument(app: FastifyInstance): void {
  const hidden = { config: { isPublic: true }, schema: { hide: true } };
  app.get('/api/v1/openapi.json', hidden, async () => app.swagger());
  app.get('/api/docs', hidden, async (_request, reply) =>
    reply.type('text/html; charset=utf-8').send(toDocsPage(app.swagger() as Document)),
  );
}

/**
 * The public listener: the API with its document, the dashboard, and the gateway before both. `listen` and `close` are
 * the caller's; `inject` answers without a socket.
 */
export async function makeApi(ports: ApiPorts): Promise<FastifyInstance> {
  const app = makeFastify(ports);
  const paths = makePaths();
  prepare(app, ports, paths);
  await registerDocument(app, ports.version);
  const typed = app.withTypeProvider<ZodTypeProvider>();
  registerSession(typed, ports);
  registerEvents(typed, ports);
  registerConversations(typed, ports);
  registerMessages(typed, ports);
  registerSending(typed, ports);
  registerMedia(typed, ports);
  registerQuarantine(typed, ports);
  registerChannels(typed, ports);
  registerTemplates(typed, ports);
  registerContacts(typed, ports);
  registerPolicy(typed, ports);
  registerConsents(typed, ports);
  serveDocument(app);
  await registerDashboard(app, ports.dashboardDist, paths);
  await app.ready();
  return app;
}
