import type { Clock, LedgerSend, PhoneMessage, PhonePerson } from '../contract.ts';
import type { Ids } from '../ids.ts';
import type { LedgerBook } from '../ledger.ts';
import type { PairRate } from '../rules/pair-rate.ts';
import type { Throughput } from '../rules/throughput.ts';
import type { Course, Statuses } from '../statuses.ts';
import { isRecord, toText } from '../json.ts';
import { type Address, hasOpenWindow, markRead, type Pricing, type SendRecord, type World } from '../world.ts';
import type { Template } from '../templates/template.ts';
import { badParam, type GraphAnswer, invalid, ok, refused, type Refusal, success } from './answer.ts';
import { makeMediaCheck } from './check-media.ts';
import { checkMessage } from './check-message.ts';
import { type Params, textOf } from './params.ts';
import { parseRecipient } from './recipient.ts';
import type { GraphCall, Route } from './route.ts';
import { parseWish } from './sentinels.ts';
import { renderTemplate } from './template-render.ts';

export interface MessageDeps {
  readonly world: World;
  readonly ids: Ids;
  readonly clock: Clock;
  readonly statuses: Statuses;
  readonly ledger: LedgerBook;
  readonly rules: {
    readonly window: boolean;
    readonly pairRate: PairRate | null;
    readonly throughput: Throughput | null;
  };
  readonly onRead: (messages: readonly PhoneMessage[]) => void;
  readonly onTyping: (message: PhoneMessage) => void;
}

export const messageRoutes = (deps: MessageDeps): readonly Route[] => [
  { method: 'POST', path: '{phone}/messages', run: (call) => postMessage(deps, call) },
];

/** One send on its way through the checks. */
interface Send {
  readonly numberId: string;
  readonly type: string;
  readonly params: Params;
  readonly address: Address;
  readonly input: string;
  readonly person: PhonePerson | undefined;
  /** Of a template send, when it is there. */
  readonly template: Template | undefined;
}

function postMessage(deps: MessageDeps, { nodeId, params }: GraphCall): GraphAnswer {
  if (params.messaging_product !== 'whatsapp') return refused(badParam('The parameter messaging_product is required.'));
  if (params.status !== undefined) return readMessage(deps, nodeId, params);
  const recipient = parseRecipient(params);
  if (!recipient.ok) return refused(recipient.refusal);
  const { address, input } = recipient;
  const type = (textOf(params, 'type') ?? 'text').toLowerCase();
  const person = findAddressee(deps.world, address);
  const template = findSentTemplate(deps.world, type, params);
  const send: Send = { numberId: nodeId, type, params, address, input, person, template };
  const refusal = findRefusal(deps, send);
  if (refusal === null) return accept(deps, send);
  const callbackData = textOf(params, 'biz_opaque_callback_data') ?? null;
  deps.ledger.noteRefusal({ numberId: nodeId, code: refusal.code, callbackData, at: deps.clock.now() });
  return refused(refusal);
}

const findAddressee = (world: World, address: Address): PhonePerson | undefined =>
  world.people.get(world.addresses.get(address.value) ?? '');

/** Shape first, then the rules. */
function findRefusal(deps: MessageDeps, send: Send): Refusal | null {
  const wish = parseWish(send.type, send.params, send.address.value);
  if (wish?.how === 'error') return { code: wish.code };
  const now = deps.clock.now();
  const shape = checkMessage(send.type, send.params, {
    toBsuid: send.address.by === 'bsuid',
    now,
    checkMedia: makeMediaCheck(deps.world, { numberId: send.numberId, now }),
    findTemplate: (name, language) => deps.world.templates.find(name, language),
  });
  return shape ?? checkSelf(deps, send) ?? checkWindow(deps, send) ?? checkRates(deps, send);
}

function checkSelf(deps: MessageDeps, send: Send): Refusal | null {
  return deps.world.numbers.get(send.numberId)?.displayPhoneNumber === send.address.value ? { code: 131021 } : null;
}

/** Only templates may open a conversation. A stranger is refused later, as undeliverable. */
function checkWindow(deps: MessageDeps, send: Send): Refusal | null {
  if (!deps.rules.window || send.type === 'template' || send.person === undefined) return null;
  const thread = { numberId: send.numberId, personId: send.person.id };
  return hasOpenWindow(deps.world, thread, deps.clock.now()) ? null : { code: 131047 };
}

function checkRates(deps: MessageDeps, send: Send): Refusal | null {
  const now = deps.clock.now();
  if (deps.rules.throughput?.take(send.numberId, now) === false) return { code: 130429 };
  const who = send.person?.id ?? send.address.value;
  return deps.rules.pairRate?.take(send.numberId, who, now) === false ? { code: 131056 } : null;
}

function accept(deps: MessageDeps, send: Send): GraphAnswer {
  const record = toRecord(deps, send);
  deps.world.sends.set(record.id, record);
  deps.ledger.noteSend(toLedgerSend(deps, send, record));
  deps.statuses.begin(record, toCourse(deps, send, record));
  const { by, value } = send.address;
  const contact = by === 'phone' ? { input: send.input, wa_id: value } : { input: send.input, user_id: value };
  const status = send.type === 'template' ? { message_status: 'accepted' } : {};
  return ok({ messaging_product: 'whatsapp', contacts: [contact], messages: [{ id: record.id, ...status }] });
}

function toLedgerSend(deps: MessageDeps, send: Send, record: SendRecord): LedgerSend {
  const { id: wamid, numberId, personId, address, callbackData = null } = record;
  const at = deps.clock.now();
  const outsideWindow = !hasOpenWindow(deps.world, { numberId, personId: personId ?? '' }, at);
  return { wamid, numberId, personId, address, callbackData, at, type: send.type, outsideWindow };
}

function toRecord(deps: MessageDeps, send: Send): SendRecord {
  const callbackData = textOf(send.params, 'biz_opaque_callback_data');
  return {
    id: deps.ids.wamid(),
    numberId: send.numberId,
    personId: send.person?.id ?? null,
    address: send.address,
    pricing: toPricing(deps, send),
    history: [{ status: 'accepted', at: deps.clock.now() }],
    ...(callbackData === undefined ? {} : { callbackData }),
  };
}

/** Inside the window free-form and utility messages are free; marketing and authentication never are. */
function toPricing(deps: MessageDeps, send: Send): Pricing {
  const category = send.template?.category.toLowerCase() ?? 'service';
  const thread = { numberId: send.numberId, personId: send.person?.id ?? '' };
  const isFree =
    category === 'service' || (category === 'utility' && hasOpenWindow(deps.world, thread, deps.clock.now()));
  return { billable: !isFree, type: isFree ? 'free_customer_service' : 'regular', category };
}

function findSentTemplate(world: World, type: string, params: Params): Template | undefined {
  if (type !== 'template' || !isRecord(params.template)) return undefined;
  const { name, language } = params.template;
  return world.templates.find(toText(name), isRecord(language) ? toText(language.code) : '');
}

function toCourse(deps: MessageDeps, send: Send, record: SendRecord): Course {
  const wish = parseWish(send.type, send.params, send.address.value);
  if (wish?.how === 'fail') return { to: 'failed', code: wish.code };
  if (send.person === undefined) return { to: 'failed', code: 131026 };
  if (send.type === 'reaction' && !canReact(deps.world, send, send.person)) return { to: 'failed', code: 131009 };
  return { to: 'phone', message: toPhoneMessage(send, send.person, record) };
}

/** A reaction's target must be a live bubble of the same thread. */
function canReact(world: World, send: Send, person: PhonePerson): boolean {
  const reaction = isRecord(send.params.reaction) ? send.params.reaction : {};
  const target = world.messages.get(toText(reaction.message_id));
  return target?.personId === person.id && target.numberId === send.numberId && target.deleted !== true;
}

function toPhoneMessage(send: Send, person: PhonePerson, record: SendRecord): PhoneMessage {
  const content = send.params[send.type];
  const quotedId = isRecord(send.params.context) ? send.params.context.message_id : undefined;
  const mediaUrl = toMediaUrl(content);
  return {
    id: record.id,
    personId: person.id,
    numberId: send.numberId,
    direction: 'in',
    at: record.history[0]?.at ?? 0,
    body: { type: send.type, [send.type]: content, ...toRendered(send) },
    reactions: {},
    ...(typeof quotedId === 'string' ? { quotedId } : {}),
    ...(mediaUrl === null ? {} : { mediaUrl }),
  };
}

function toRendered(send: Send): { rendered?: Record<string, unknown> } {
  const { template, params } = send;
  if (template === undefined || !isRecord(params.template)) return {};
  return { rendered: renderTemplate(template, params.template.components) };
}

function toMediaUrl(content: unknown): string | null {
  if (!isRecord(content)) return null;
  if (content.id !== undefined) return `/phone/api/media/${toText(content.id)}`;
  return typeof content.link === 'string' ? content.link : null;
}

function readMessage(deps: MessageDeps, numberId: string, params: Params): GraphAnswer {
  if (params.status !== 'read') return refused(badParam('Param status must be one of {READ}.'));
  const messageId = textOf(params, 'message_id');
  if (messageId === undefined) return refused(badParam('The parameter message_id is required.'));
  const message = deps.world.messages.get(messageId);
  if (message?.direction !== 'out' || message.numberId !== numberId) return refused(invalid('Message ID is not valid'));
  deps.onRead(markRead(deps.world, message));
  const typing = params.typing_indicator;
  if (isRecord(typing) && typing.type === 'text') deps.onTyping(message);
  return success;
}
