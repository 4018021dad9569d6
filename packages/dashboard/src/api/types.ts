import type * as channels from '../../../server/src/api/schemas/channels.ts';
import type * as sending from '../../../server/src/api/schemas/sending.ts';
import type * as schemas from '../../../server/src/api/schemas.ts';

/** The shapes of the public API, taken from the very schemas that validate it. */
type Shape<T extends { _zod: { output: unknown } }> = T['_zod']['output'];

export type Me = Shape<typeof schemas.me>;
export type Problem = Shape<typeof schemas.problem>;
export type Channel = Shape<typeof channels.channel>;
export type EventState = Shape<typeof schemas.eventState>;
export type EventSummary = Shape<typeof schemas.eventSummary>;
export type EventDetail = Shape<typeof schemas.eventDetail>;
export type Conversation = Shape<typeof schemas.conversation>;
export type Message = Shape<typeof schemas.message>;
export type MessageState = Shape<typeof schemas.messageState>;
export type MessageDetail = Shape<typeof schemas.messageDetail>;
export type StoryStep = Shape<typeof schemas.storyStep>;
export type QuarantineEntry = Shape<typeof schemas.quarantineEntry>;
export type SendRequest = Shape<typeof sending.sendRequest>;

export interface Page<T> {
  data: T[];
  next: string | null;
}
