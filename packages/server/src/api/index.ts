/**
 * The public API and the pages beside it. Comes in: HTTP requests and the ports they lead to. Goes out: JSON as
 * schemas.ts documents it, or a registered problem. Reads what the other rooms stored; never writes, sends or decides
 * itself: that is asked of the ports.
 */
export type {
  AccountsPort,
  ApiPorts,
  Caller,
  EventPlace,
  EventRead,
} from './ports.ts';
export type { ConsentReport, FoundContact, PeoplePort, Reported } from './ports/people.ts';
export type { ChannelsPort } from './ports/channels.ts';
export type { ConversationsPort } from './ports/conversations.ts';
export type { PolicyPort } from './ports/policy.ts';
export type { SendingPort } from './ports/sending.ts';
export { PROBLEMS, type ProblemCode } from './problems.ts';
export { makeApi } from './server.ts';
