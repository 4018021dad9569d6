import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import { type Api, callerOf, refuse } from '../http/answer.ts';
import { parseIfMatch } from '../http/if-match.ts';
import type { ApiPorts } from '../ports.ts';
import type { FoundContact } from '../ports/people.ts';
import * as schemas from '../schemas/people.ts';
import { toConsent } from './consents.ts';
import { answers } from './shapes.ts';

const tags = ['Contacts'];

const toPerson = (contact: FoundContact): z.output<typeof schemas.person> => ({
  id: contact.id,
  kind: contact.kind,
  name: contact.givenName ?? contact.name,
  profileName: contact.name,
  identities: contact.identities.map(({ kind, value }) => ({ kind, value })),
  timeZone: contact.timeZone,
  place: { ...contact.place, zones: [...contact.place.zones] },
  consents: contact.consents.map(toConsent),
  createdAt: contact.createdAt.toISOString(),
});

const toEtag = ({ revision }: FoundContact): string => `"${revision}"`;

function registerPatch(app: Api, ports: ApiPorts): void {
  app.patch(
    '/api/v1/contacts/:id',
    {
      schema: {
        summary: 'Change the time zone or the name of a contact',
        description: 'If-Match names the ETag it is based on, so that two people do not undo each other’s edits.',
        tags,
        params: schemas.byContact,
        headers: schemas.patchHeaders,
        body: schemas.personPatch,
        response: answers({ 200: schemas.person }),
      },
    },
    async (request, reply) => {
      const { timeZone, name } = request.body;
      const header = request.headers['if-match'];
      if (header === undefined) return refuse(reply, 'precondition_needed');
      const revision = parseIfMatch(header);
      if (revision === undefined) return refuse(reply, 'changed_meanwhile');
      if (typeof timeZone === 'string' && !ports.people.isTimeZone(timeZone)) {
        const message = 'is no time zone of the IANA list; name one such as Europe/Berlin or America/Sao_Paulo';
        return refuse(reply, 'invalid_request', { errors: [{ field: 'timeZone', message }] });
      }
      const { workspaceId } = callerOf(request);
      const { id } = request.params;
      const edited = await ports.people.edit({ workspaceId, id, revision, timeZone, givenName: name });
      if (edited === null) return refuse(reply, 'contact_unknown');
      if (edited === 'changed') return refuse(reply, 'changed_meanwhile');
      return answer(reply, edited);
    },
  );
}

function answer(reply: object, contact: FoundContact): z.output<typeof schemas.person> {
  void (reply as FastifyReply).header('etag', toEtag(contact));
  return toPerson(contact);
}

/** The people the business talks with. */
export function registerContacts(app: Api, ports: ApiPorts): void {
  app.get(
    '/api/v1/contacts/:id',
    {
      schema: {
        summary: 'One contact: who, where, and what they agreed to',
        description: 'The id of a contact that was merged leads to the one it was merged into. The ETag is for PATCH.',
        tags,
        params: schemas.byContact,
        response: answers({ 200: schemas.person }),
      },
    },
    async (request, reply) => {
      const found = await ports.people.findContact(callerOf(request).workspaceId, request.params.id);
      return found ? answer(reply, found) : refuse(reply, 'contact_unknown');
    },
  );
  registerPatch(app, ports);
}
