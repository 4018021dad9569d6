import type { EventOf, Person, WhatsAppEvent } from '../../events.ts';
import { toErrors } from '../errors.ts';
import { toEventId } from '../ids.ts';
import { toPerson, toPersonKey, toPhone } from '../person.ts';
import { type JsonObject, present, rowOf, toNumber, toPart, toText, toTime } from '../read.ts';
import { makeBase, type Reader, type Source } from '../source.ts';

type CallKind = 'call.connect' | 'call.terminate' | 'call.other';
type CallDirection = NonNullable<EventOf<CallKind>['direction']>;

/** Recordings, transcripts and SIP notices are `call.other`, as is whatever comes next. */
const KINDS: { readonly [event: string]: CallKind } = { connect: 'call.connect', terminate: 'call.terminate' };

const DIRECTIONS: { readonly [direction: string]: CallDirection } = { USER_INITIATED: 'in', BUSINESS_INITIATED: 'out' };

/** An element of `calls`. */
export const readCall: Reader = (call, source, pointer) => {
  const callId = toText(call.id);
  if (callId === undefined) return 'call without id';
  const event = toText(call.event) ?? toText(call.status) ?? '';
  const direction = toDirection(call, source);
  const person = source.contacts.complete(direction === 'out' ? toCallee(call) : toCaller(call));
  const at = toTime(call.timestamp);
  const id = toEventId('c', source.scope, [callId, event, String(at ?? '')]);
  const base = makeBase(rowOf(KINDS, event) ?? 'call.other', source, {
    id,
    lane: toPersonKey(person) ?? callId,
    at,
    pointer,
  });
  return present<WhatsAppEvent>({
    ...base,
    callId,
    person,
    direction,
    state: toText(call.status) ?? event,
    sdp: toText(toPart(call.session).sdp),
    durationSeconds: toNumber(call.duration),
    callbackData: toText(call.biz_opaque_callback_data),
    errors: toErrors(call.errors),
    raw: call,
  });
};

/** Without the word, the end that is not our number is the other side. */
function toDirection(call: JsonObject, source: Source): CallDirection | undefined {
  const named = rowOf(DIRECTIONS, toText(call.direction)?.toUpperCase() ?? '');
  if (named !== undefined) return named;
  if (call.from_user_id !== undefined) return 'in';
  if (call.to_user_id !== undefined) return 'out';
  const from = toPhone(call.from);
  if (from === undefined || source.businessPhone === undefined) return undefined;
  return from === source.businessPhone ? 'out' : 'in';
}

function toCaller(call: JsonObject): Person {
  return toPerson(call.from, call.from_user_id, call.from_parent_user_id);
}

function toCallee(call: JsonObject): Person {
  return toPerson(call.to, call.to_user_id, call.to_parent_user_id);
}
