import type { FastifyReply } from 'fastify';
import { type Api, callerOf, refuse } from '../http/answer.ts';
import type { ApiPorts } from '../ports.ts';
import * as schemas from '../schemas.ts';
import { answers, nothing } from './shapes.ts';

const tags = ['Session'];

function setCookie(reply: object, cookie: string): void {
  void (reply as FastifyReply).header('set-cookie', cookie);
}

/** Signing in and out in a browser, and who is signed in. */
export function registerSession(app: Api, ports: ApiPorts): void {
  const { accounts } = ports;
  const me = { workspace: ports.workspace, version: ports.version, phoneUrl: ports.phoneUrl };

  app.get(
    '/api/v1/me',
    { schema: { summary: 'Where you are signed in', tags, response: answers({ 200: schemas.me }) } },
    async (request, reply) => {
      const renewed = callerOf(request).via === 'session' ? accounts.renewCookie(request.headers.cookie) : null;
      if (renewed) setCookie(reply, renewed);
      return me;
    },
  );

  app.post(
    '/api/v1/session',
    {
      config: { isPublic: true },
      schema: {
        summary: 'Sign a browser in',
        description:
          'Sets an HttpOnly cookie that lasts for 30 days after its last use. Programs send the key as a Bearer token instead.',
        tags,
        security: [],
        body: schemas.signIn,
        response: answers({ 200: schemas.me }),
      },
    },
    async (request, reply) => {
      const opened = await accounts.openSession({ key: request.body.key, address: request.ip });
      if (opened.ok) {
        setCookie(reply, opened.setCookie);
        return me;
      }
      if (opened.retryAfterMs === null) return refuse(reply, 'wrong_key');
      void reply.header('retry-after', String(Math.ceil(opened.retryAfterMs / 1000)));
      return refuse(reply, 'too_many_attempts');
    },
  );

  app.delete(
    '/api/v1/session',
    {
      config: { isPublic: true },
      schema: { summary: 'Sign a browser out', tags, security: [], response: answers({ 204: nothing }) },
    },
    async (request, reply) => {
      setCookie(reply, await accounts.closeSession(request.headers.cookie));
      return reply.code(204).send(null);
    },
  );
}
