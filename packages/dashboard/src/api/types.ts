import type * as channels from '../../../server/src/api/schemas/channels.ts';
import type * as media from '../../../server/src/api/schemas/media.ts';
import type * as people from '../../../server/src/api/schemas/people.ts';
import type * as policy from '../../../server/src/api/schemas/policy.ts';
import type * as sending from '../../../server/src/api/schemas/sending.ts';
import type * as templates from '../../../server/src/api/schemas/templates.ts';
import type * as schemas from '../../../server/src/api/schemas.ts';

/** The shapes of the public API, taken from the very schemas that validate it. */
type Shape<T extends { _zod: { output: unknown } }> = T['_zod']['output'];

export type Me = Shape<typeof schemas.me>;
export type Problem = Shape<typeof schemas.problem>;
export type Channel = Shape<typeof channels.channel>;
export type ChannelChange = Partial<Shape<typeof channels.channelChange>>;
export type Alert = Shape<typeof channels.alert>;
export type EventState = Shape<typeof schemas.eventState>;
export type EventSummary = Shape<typeof schemas.eventSummary>;
export type EventDetail = Shape<typeof schemas.eventDetail>;
export type Conversation = Shape<typeof schemas.conversation>;
export type Message = Shape<typeof schemas.message>;
export type Media = Shape<typeof media.media>;
export type MessageState = Shape<typeof schemas.messageState>;
export type MessageDetail = Shape<typeof schemas.messageDetail>;
export type StoryStep = Shape<typeof schemas.storyStep>;
export type QuarantineEntry = Shape<typeof schemas.quarantineEntry>;
export type SendRequest = Shape<typeof sending.sendRequest>;

export type Template = Shape<typeof templates.template>;
export type TemplateDetail = Shape<typeof templates.templateDetail>;
export type TemplateChange = TemplateDetail['history'][number];
export type TemplateAccount = Shape<typeof templates.templateAccount>;
export type TemplatePage = Shape<typeof templates.templatePage>;
export type TemplatePreview = Shape<typeof templates.preview>;
export type LibraryTemplate = Shape<typeof templates.libraryTemplate>;
export type LibraryAnswer = Shape<typeof templates.createdFromLibrary>;

export type Person = Shape<typeof people.person>;
export type Consent = Shape<typeof people.consent>;
export type Evidence = Shape<typeof people.evidence>;
export type PersonConsents = Shape<typeof people.personConsents>;
export type ConsentReport = Shape<typeof people.reports>['consents'][number];
export type ConsentAnswer = Shape<typeof people.reported>['data'][number];

export type Policy = Shape<typeof policy.policy>;
export type PolicyAnswer = Shape<typeof policy.policyAnswer>;

export type FieldError = NonNullable<Problem['errors']>[number];

export interface Page<T> {
  data: T[];
  next: string | null;
}
