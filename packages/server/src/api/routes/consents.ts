import type { z } from 'zod';
import { consentCursor, evidenceCursor, parseCursor, toPage } from '../cursor.ts';
import { type Api, callerOf, refuse } from '../http/answer.ts';
import type { ApiPorts } from '../ports.ts';
import type { Consent, ListedConsent, ListedEvidence, Reported } from '../ports/people.ts';
import { isProblemCode, PROBLEMS } from '../problems.ts';
import * as schemas from '../schemas/people.ts';
import { answers } from './shapes.ts';

const tags = ['Consents'];

export const toConsent = (consent: Consent): z.output<typeof schemas.consent> => ({
  ...consent,
  at: consent.at.toISOString(),
});

const toListed = (row: ListedConsent): z.output<typeof schemas.listedConsent> => ({
  ...row,
  at: row.at.toISOString(),
});

const toEvidence = (row: ListedEvidence): z.output<typeof schemas.evidence> => ({
  ...row,
  id: String(row.id),
  at: row.at.toISOString(),
  recordedAt: row.recordedAt.toISOString(),
});

function toResult(reported: Reported): z.output<typeof schemas.reported>['data'][number] {
  if (reported.ok) return { ...reported, consents: reported.consents.map(toConsent) };
  const { code, status, detail, errors } = reported.problem;
  const next = isProblemCode(code) ? PROBLEMS[code].next : undefined;
  return { ok: false, problem: { code, status, detail, next, errors: errors?.map((error) => ({ ...error })) } };
}

function registerReport(app: Api, ports: ApiPorts): void {
  app.post(
    '/api/v1/consents',
    {
      schema: {
        summary: 'Record what people agreed or objected to',
        description: `Up to ${schemas.MAX_REPORTS} at once; \`data\` has one result for each, in order, and what is refused leaves the others alone. An opt-in needs its wording and time. The same report again adds nothing.`,
        tags,
        body: schemas.reports,
        response: answers({ 200: schemas.reported }),
      },
    },
    async (request, reply) => {
      const { workspaceId, keyId } = callerOf(request);
      const results = await ports.people.report({ workspaceId, keyId }, request.body.consents);
      return reply.send({ data: results.map(toResult) });
    },
  );
}

function registerList(app: Api, ports: ApiPorts): void {
  app.get(
    '/api/v1/consents',
    {
      schema: {
        summary: 'Who agreed or objected to what',
        description:
          'In the order in which contacts were made. For what counts for one person, merges included, see /contacts/{id}/consents.',
        tags,
        querystring: schemas.consentsQuery.strict(),
        response: answers({ 200: schemas.page(schemas.listedConsent) }),
      },
    },
    async (request, reply) => {
      const { limit, after, ...filter } = request.query;
      const cursor = parseCursor(consentCursor, after);
      if (cursor === null) return refuse(reply, 'bad_cursor');
      const from = cursor && ([cursor[1], cursor[2]] as const);
      const { workspaceId } = callerOf(request);
      const rows = await ports.people.listConsents(workspaceId, { filter, after: from, limit: limit + 1 });
      return toPage(rows, limit, { item: toListed, cursor: (row) => ['n', row.contactId, row.purpose] });
    },
  );
}

/** What people agreed to, and the evidence for it. */
export function registerConsents(app: Api, ports: ApiPorts): void {
  registerReport(app, ports);
  registerList(app, ports);
  app.get(
    '/api/v1/contacts/:id/consents',
    {
      schema: {
        summary: 'What one person agreed to, with all evidence, the latest learned first',
        tags,
        params: schemas.byContact,
        querystring: schemas.pageQuery.strict(),
        response: answers({ 200: schemas.personConsents }),
      },
    },
    async (request, reply) => {
      const { limit, after } = request.query;
      const cursor = parseCursor(evidenceCursor, after);
      if (cursor === null) return refuse(reply, 'bad_cursor');
      const { workspaceId } = callerOf(request);
      const contact = await ports.people.findContact(workspaceId, request.params.id);
      if (!contact) return refuse(reply, 'contact_unknown');
      const query = { contactId: contact.id, below: cursor?.[1], limit: limit + 1 };
      const rows = await ports.people.listEvidence(workspaceId, query);
      const log = toPage(rows, limit, { item: toEvidence, cursor: (row) => ['g', row.id] });
      return { ...log, contactId: contact.id, consents: contact.consents.map(toConsent) };
    },
  );
}
