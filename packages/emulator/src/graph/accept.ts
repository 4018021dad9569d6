import type { LedgerSend, PhoneMessage, PhonePerson } from '../contract.ts';
import { isRecord, toText } from '../json.ts';
import { answerEntryPoint } from '../rules/entry-point.ts';
import type { Course } from '../statuses.ts';
import type { Template } from '../templates/template.ts';
import { type SendRecord, threadKey, type World } from '../world.ts';
import { type GraphAnswer, ok } from './answer.ts';
import { isInWindow } from './check-send.ts';
import { type LinkedFile, listLinks } from './linked-files.ts';
import { textOf } from './params.ts';
import { toPricing } from './pricing.ts';
import { type Send, type SendDeps, toWho } from './send.ts';
import { parseWish } from './sentinels.ts';
import { renderTemplate } from './template-render.ts';

/** Takes a send that no rule refuses: it gets its id, its price and its course. */
export function accept(deps: SendDeps, send: Send): GraphAnswer {
  const { world } = deps;
  const now = deps.clock.now();
  const key = threadKey(send.numberId, send.person?.id ?? '');
  const entry = world.entryPoints.get(key);
  if (entry !== undefined) world.entryPoints.set(key, answerEntryPoint(entry, now));
  const outsideWindow = !isInWindow(deps, send);
  if (outsideWindow) deps.rules.tier.add(toWho(send), now);
  const record = toRecord(deps, send);
  world.sends.set(record.id, record);
  deps.ledger.noteSend(toLedgerSend(send, record, outsideWindow));
  const hold = toHold(send.template);
  begin(deps, send, { record, course: toCourse(deps, send, record), hold });
  return ok(toReceipt(send, record, hold === null ? 'accepted' : 'held_for_quality_assessment'));
}

interface Begun {
  readonly record: SendRecord;
  readonly course: Course;
  readonly hold: 'release' | 'drop' | null;
}

/** Files by link are fetched once the send is taken: what leads to none that WhatsApp takes fails it. */
function begin(deps: SendDeps, send: Send, begun: Begun): void {
  const links = listLinks({ [send.type]: send.params[send.type] });
  const { record, course, hold } = begun;
  if (links.length === 0 || course.to === 'failed') deps.statuses.begin(record, course, hold);
  else void beginFetched(deps, links, begun);
}

async function beginFetched(deps: SendDeps, links: readonly LinkedFile[], { record, course, hold }: Begun) {
  deps.calls.add(1);
  const fetched = await Promise.all(links.map(deps.fetchLink));
  deps.statuses.begin(record, fetched.every(Boolean) ? course : { to: 'failed', code: unfetchedCode }, hold);
  deps.calls.done(1);
}

/** Media that cannot be had, or not sent. */
const unfetchedCode = 131053;

function toReceipt(send: Send, record: SendRecord, messageStatus: string): unknown {
  const { by, value } = send.address;
  const contact = by === 'phone' ? { input: send.input, wa_id: value } : { input: send.input, user_id: value };
  const status = send.type === 'template' ? { message_status: messageStatus } : {};
  return { messaging_product: 'whatsapp', contacts: [contact], messages: [{ id: record.id, ...status }] };
}

/** Pacing, by the end of the template's name: held, then sent or dropped. */
function toHold(template: Template | undefined): 'release' | 'drop' | null {
  if (template?.name.endsWith('_held') === true) return 'release';
  return template?.name.endsWith('_held_dropped') === true ? 'drop' : null;
}

function toLedgerSend(send: Send, record: SendRecord, outsideWindow: boolean): LedgerSend {
  const { id: wamid, numberId, personId, address, callbackData = null } = record;
  const at = record.history[0]?.at ?? 0;
  return { wamid, numberId, personId, address, callbackData, at, type: send.type, outsideWindow };
}

function toRecord(deps: SendDeps, send: Send): SendRecord {
  const callbackData = textOf(send.params, 'biz_opaque_callback_data');
  return {
    id: deps.ids.wamid(),
    numberId: send.numberId,
    personId: send.person?.id ?? null,
    address: send.address,
    pricing: toPricing(deps, send),
    history: [{ status: 'accepted', at: deps.clock.now() }],
    ...(callbackData === undefined ? {} : { callbackData }),
    ...(send.template === undefined ? {} : { templateId: send.template.id }),
  };
}

function toCourse(deps: SendDeps, send: Send, record: SendRecord): Course {
  const code = findFailure(deps, send);
  if (code !== null || send.person === undefined) return { to: 'failed', code: code ?? 131026 };
  const expiresAt = deps.clock.now() + toLifeMs(send.template);
  return { to: 'phone', message: toPhoneMessage(send, send.person, record), expiresAt };
}

/** The code of what fails after it was taken, or null. */
function findFailure(deps: SendDeps, send: Send): number | null {
  const { person, template, params } = send;
  const wish = parseWish(send.type, params, send.address.value);
  if (wish?.how === 'fail') return wish.code;
  if (person === undefined || person.blocked === true || person.unreachable === true) return 131026;
  if (send.type === 'reaction' && !canReact(deps.world, send, person)) return 131009;
  // Inside the service window nothing is capped.
  if (template?.category !== 'MARKETING' || isInWindow(deps, send)) return null;
  const cap = person.marketingCap ?? null;
  return deps.rules.marketingCap.take(person.id, cap, deps.clock.now()) ? null : 131049;
}

const dayMs = 24 * 60 * 60 * 1_000;
const codeLifeMs = 10 * 60 * 1_000;

/** How long a message waits for a phone that is offline: 30 days, codes 10 minutes, or what the template says. */
function toLifeMs(template: Template | undefined): number {
  if (template?.ttlSeconds !== undefined && template.ttlSeconds >= 0) return template.ttlSeconds * 1_000;
  const isCode = template?.category === 'AUTHENTICATION' && template.ttlSeconds === undefined;
  return isCode ? codeLifeMs : 30 * dayMs;
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

function toRendered({ template, params }: Send): { rendered?: Record<string, unknown> } {
  if (template === undefined || !isRecord(params.template)) return {};
  return { rendered: renderTemplate(template, params.template.components) };
}

function toMediaUrl(content: unknown): string | null {
  if (!isRecord(content)) return null;
  if (content.id !== undefined) return `/phone/api/media/${toText(content.id)}`;
  return typeof content.link === 'string' ? content.link : null;
}
