/**
 * The sending half. In come messages, recipients and a provider's answers; out come request bodies, problems and
 * outcomes. Building, checking and deciding are pure; only the clients do I/O, through a transport that can be
 * replaced. Nothing here retries, waits or stores: outcomes say what the caller should do.
 */
export * from './message.ts';
export * from './outcome.ts';
export * from './outbound/build.ts';
export * from './outbound/build-interactive.ts';
export * from './outbound/build-template.ts';
export {
  OUTGOING_TYPES,
  checkCallbackData,
  checkMessage,
  checkPair,
  checkRecipient,
} from './outbound/check/message.ts';
export type { CheckOptions } from './outbound/check/message.ts';
export { toGraphBody, toReadBody } from './outbound/graph-body.ts';
export type { SendOptions } from './outbound/graph-body.ts';
export { graphErrorOfProblems, toGraphError } from './outbound/graph-error.ts';
export type { GraphError, GraphErrorBody } from './outbound/graph-error.ts';
export { MEDIA_HEAD_BYTES, readMediaFacts } from './outbound/media-facts.ts';
export type { MediaFacts } from './outbound/media-facts.ts';
export { DOCUMENT_TYPES, MEDIA_LIMITS, checkMediaFile } from './outbound/media-file.ts';
export type { MediaFile, MediaKind, MediaLimit } from './outbound/media-file.ts';
export { parseGraphSend } from './outbound/parse-graph-send.ts';
export type { GraphSend } from './outbound/parse-graph-send.ts';
export { toWhapiCall } from './outbound/whapi-call.ts';
export type { WhapiCall, WhapiRequest } from './outbound/whapi-call.ts';
export { decideFailure, failureOfStatusErrors } from './errors/decide.ts';
export type { HttpReply } from './errors/reply.ts';
export { ERROR_ROWS, findErrorRow } from './errors/table.ts';
export { WHAPI_ROWS, whapiFailure } from './errors/whapi.ts';
export type { WhapiRow } from './errors/whapi.ts';
export type { Download } from './clients/download.ts';
export { httpTransport } from './clients/http-transport.ts';
export { makeGraphClient } from './clients/graph.ts';
export type { GraphClient } from './clients/graph.ts';
export type { MessageHistoryEvent } from './clients/graph-history.ts';
export { HANDLE_TYPES } from './clients/graph-upload.ts';
export type { Health, HealthEntity, PhoneNumber } from './clients/graph-number.ts';
export type { MediaInfo } from './clients/graph-read.ts';
export type { CreatedTemplate, TemplateCalls, TemplateChange, TemplateSummary } from './clients/graph-templates.ts';
export type { GraphClientOptions } from './clients/graph-wire.ts';
export type { Upload } from './clients/multipart.ts';
export { TransportError } from './clients/transport.ts';
export type { Transport, TransportReason, TransportReply, TransportRequest } from './clients/transport.ts';
export { makeWhapiClient } from './clients/whapi.ts';
export type { WhapiClient } from './clients/whapi.ts';
export type { WhapiSent } from './clients/whapi-history.ts';
export type { WhapiClientOptions } from './clients/whapi-wire.ts';
