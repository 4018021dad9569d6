import { z } from 'zod';
import * as schemas from '../schemas.ts';
import { channel } from '../schemas/channels.ts';
import { template, templateDetail } from '../schemas/templates.ts';
import * as people from '../schemas/people.ts';
import { media } from '../schemas/media.ts';
import { rendered } from '../schemas/rendered.ts';

const refused = { description: 'Refused', content: { 'application/problem+json': { schema: schemas.problem } } };

/** The answers of a route: its own, and what any route may refuse with. */
export const answers = <T extends Record<number, z.ZodType>>(own: T) => ({ ...own, '4xx': refused, '5xx': refused });

/** A column of text holds no NUL. */
const NO_NUL = /^[^\0]*$/;
export const byId = z.object({ id: z.string().min(1).max(200).regex(NO_NUL, 'is not an id') });
export const nothing = z.null().describe('Done; no body');
/** For actions: everything is in the path. */
export const emptyBody = z.object({}).strict().nullish();

/** Shapes with a name in the OpenAPI document. */
export const named = z.registry<{ id: string }>();
named.add(schemas.problem, { id: 'Problem' });
named.add(schemas.me, { id: 'Me' });
named.add(schemas.contact, { id: 'Contact' });
named.add(channel, { id: 'Channel' });
named.add(schemas.eventSummary, { id: 'EventSummary' });
named.add(schemas.eventDetail, { id: 'EventDetail' });
named.add(schemas.message, { id: 'Message' });
named.add(schemas.messageDetail, { id: 'MessageDetail' });
named.add(media, { id: 'Media' });
named.add(rendered, { id: 'RenderedTemplate' });
named.add(schemas.conversation, { id: 'Conversation' });
named.add(schemas.quarantineEntry, { id: 'QuarantineEntry' });
named.add(template, { id: 'Template' });
named.add(templateDetail, { id: 'TemplateDetail' });
named.add(people.person, { id: 'Person' });
named.add(people.consent, { id: 'Consent' });
named.add(people.evidence, { id: 'ConsentEvidence' });
