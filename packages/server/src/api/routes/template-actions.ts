import type { TemplateChange } from '@wharf/whatsapp';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { type Api, callerOf, refuse } from '../http/answer.ts';
import type { ApiPorts } from '../ports.ts';
import type { Answered } from '../ports/templates.ts';
import { isProblemCode, toProblem } from '../problems.ts';
import * as schemas from '../schemas/templates.ts';
import { findTemplates, listAccounts } from '../store/templates.ts';
import { LIBRARY, toRendered, toTemplate, toTemplateAccount } from '../template-views.ts';
import { answers, byId, emptyBody } from './shapes.ts';

const tags = ['Templates'];

type Refusal = Extract<Answered<object>, { ok: false }>['problem'];

const toCode = (code: string) => (isProblemCode(code) ? code : 'request_refused');

function refuseAs(reply: object, { code, status, detail, errors }: Refusal): FastifyReply {
  return refuse(reply, toCode(code), { status, detail, errors });
}

async function findOne(ports: ApiPorts, workspaceId: string, id: string) {
  const [row] = await findTemplates(ports.db, workspaceId, [id]);
  if (!row) throw new Error('a template that was made or changed is always stored');
  return toTemplate(ports.templates, row);
}

function registerCreate(app: Api, ports: ApiPorts): void {
  app.post(
    '/api/v1/templates',
    {
      schema: {
        summary: 'Submit a template for review',
        description:
          'Takes Meta’s own body. It is checked, then Meta is asked; the answer is the template, most likely PENDING. The same request again answers the same template and does not ask Meta.',
        tags,
        body: schemas.createTemplate,
        response: answers({ 200: schemas.template, 201: schemas.template }),
      },
    },
    async (request, reply) => {
      const { workspaceId } = callerOf(request);
      const made = await ports.templates.create({ ...request.body, workspaceId });
      if (!made.ok) return refuseAs(reply, made.problem);
      if (made.replayed) void reply.header('idempotent-replayed', 'true');
      else void reply.header('location', `/api/v1/templates/${made.id}`);
      return reply.code(made.replayed ? 200 : 201).send(await findOne(ports, workspaceId, made.id));
    },
  );
}

function registerChange(app: Api, ports: ApiPorts): void {
  app.patch(
    '/api/v1/templates/:id',
    {
      schema: {
        summary: 'Change a template and submit it again',
        description: 'Meta allows an approved template one change in 24 h and ten in 30 days, and no other category.',
        tags,
        params: byId,
        body: schemas.editTemplate,
        response: answers({ 200: schemas.template }),
      },
    },
    async (request, reply) => {
      const { workspaceId } = callerOf(request);
      const change = request.body as TemplateChange;
      const made = await ports.templates.edit({ workspaceId, id: request.params.id, change });
      if (!made.ok) return refuseAs(reply, made.problem);
      if (made.replayed) void reply.header('idempotent-replayed', 'true');
      return findOne(ports, workspaceId, made.id);
    },
  );

  app.delete(
    '/api/v1/templates/:id',
    {
      schema: {
        summary: 'Delete a template, in one language or in all',
        description: 'Meta keeps its name from being used again for 30 days.',
        tags,
        params: byId,
        querystring: schemas.deleteQuery,
        response: answers({ 200: schemas.deletedTemplates }),
      },
    },
    async (request, reply) => {
      const { workspaceId } = callerOf(request);
      const allLanguages = request.query.languages === 'all';
      const removed = await ports.templates.remove({ workspaceId, id: request.params.id, allLanguages });
      if (!removed.ok) return refuseAs(reply, removed.problem);
      if (removed.replayed) void reply.header('idempotent-replayed', 'true');
      const rows = await findTemplates(ports.db, workspaceId, removed.ids);
      return { data: rows.map((row) => toTemplate(ports.templates, row)) };
    },
  );
}

function registerUnpause(app: Api, ports: ApiPorts): void {
  app.post(
    '/api/v1/templates/:id/unpause',
    {
      schema: {
        summary: 'End the pause of a template',
        description:
          'Meta ends early what it paused for its rate. A pause for low quality ends by itself, after 3 or 6 h: there it refuses.',
        tags,
        params: byId,
        body: emptyBody,
        response: answers({ 200: schemas.template }),
      },
    },
    async (request, reply) => {
      const { workspaceId } = callerOf(request);
      const made = await ports.templates.unpause({ workspaceId, id: request.params.id });
      if (!made.ok) return refuseAs(reply, made.problem);
      if (made.replayed) void reply.header('idempotent-replayed', 'true');
      return findOne(ports, workspaceId, made.id);
    },
  );
}

function registerSync(app: Api, ports: ApiPorts): void {
  app.post(
    '/api/v1/templates/sync',
    {
      schema: {
        summary: 'Read the templates from Meta now',
        description:
          'Returns at once. GET /api/v1/templates tells in `accounts` when it is done. It also happens by itself: at the start, after webhooks that need it, and every 6 h.',
        tags,
        body: schemas.syncRequest,
        response: answers({ 202: schemas.syncAnswer }),
      },
    },
    async (request, reply) => {
      const { workspaceId } = callerOf(request);
      const asked = await ports.templates.sync({ ...request.body, workspaceId });
      if (!asked.ok) return refuseAs(reply, asked.problem);
      const accounts = await listAccounts(ports.db, workspaceId, { nowMs: ports.clock.now() });
      return reply.code(202).send({ accounts: accounts.map(toTemplateAccount) });
    },
  );
}

function registerPreview(app: Api, ports: ApiPorts): void {
  app.post(
    '/api/v1/templates/preview',
    {
      schema: {
        summary: 'Show a template as a person would see it',
        description: 'Of a template that is there, or of one that is being written, also when that has problems.',
        tags,
        body: schemas.previewRequest,
        response: answers({ 200: schemas.preview }),
      },
    },
    async (request, reply) => {
      const { id, definition, components } = request.body;
      const shown = await ports.templates.preview({
        workspaceId: callerOf(request).workspaceId,
        id,
        definition,
        components,
      });
      if (!shown.ok) return refuseAs(reply, shown.problem);
      return { rendered: toRendered(shown.rendered), problems: [...shown.problems] };
    },
  );
}

function registerSamples(app: Api, ports: ApiPorts): void {
  app.post(
    '/api/v1/templates/samples',
    {
      schema: {
        summary: 'Give Meta an example file for a template’s header',
        description:
          'Takes the id of a file from POST /api/v1/media and hands it to Meta’s Resumable Upload API. Meta’s reviewer looks at it; each message brings its own file.',
        tags,
        body: schemas.sampleRequest,
        response: answers({ 201: schemas.sampleAnswer }),
      },
    },
    async (request, reply) => {
      const { workspaceId } = callerOf(request);
      const made = await ports.templates.sample({ ...request.body, workspaceId });
      return made.ok ? reply.code(201).send({ handle: made.handle }) : refuseAs(reply, made.problem);
    },
  );
}

function registerLibrary(app: Api, ports: ApiPorts): void {
  app.get(
    '/api/v1/template-library',
    { schema: { summary: 'Ready templates', tags, response: answers({ 200: schemas.libraryPage }) } },
    async () => LIBRARY,
  );

  app.post(
    '/api/v1/template-library/:name',
    {
      schema: {
        summary: 'Submit a ready template in the wanted languages',
        description: 'Each language has its own result: what Meta refuses in one does not stop the others.',
        tags,
        params: z.object({ name: z.string().min(1).max(100) }),
        body: schemas.createFromLibrary,
        response: answers({ 200: schemas.createdFromLibrary }),
      },
    },
    async (request, reply) => {
      const { workspaceId } = callerOf(request);
      const { name: library } = request.params;
      const answered = await ports.templates.createFromLibrary({ ...request.body, workspaceId, library });
      if (!answered.ok) return refuseAs(reply, answered.problem);
      const ids = answered.results.flatMap(({ made }) => (made.ok ? [made.id] : []));
      const rows = new Map((await findTemplates(ports.db, workspaceId, ids)).map((row) => [row.id, row]));
      const data = answered.results.map(({ language, made }) => {
        if (!made.ok) return { language, created: false, template: null, problem: toOwnProblem(made.problem) };
        const row = rows.get(made.id);
        return {
          language,
          created: !made.replayed,
          template: row ? toTemplate(ports.templates, row) : null,
          problem: null,
        };
      });
      return { data };
    },
  );
}

/** A problem inside an answer that is none itself. */
function toOwnProblem({ code, status, detail, errors }: Refusal) {
  const { errors: _none, ...own } = toProblem(toCode(code), { detail });
  return { ...own, status, ...(errors ? { errors: [...errors] } : {}) };
}

/** What can be done with templates. */
export function registerTemplateActions(app: Api, ports: ApiPorts): void {
  registerCreate(app, ports);
  registerChange(app, ports);
  registerUnpause(app, ports);
  registerSync(app, ports);
  registerPreview(app, ports);
  registerSamples(app, ports);
  registerLibrary(app, ports);
}
