import { checkPair, type MessageProblem } from '@wharf/whatsapp';
import type { Directory } from '#channels';
import { type Clock, type DatabasePool, makeId, statement, type Transaction } from '#kit';
import { conversationKey, lockTargets, resolveContacts, type Target, toLine, touchConversations } from '#ledger';
import { type Enqueued, enqueue, type Judged, type Outgoing, toReason } from '#outbox';
import type { Draft } from './judge.ts';
import {
  type Checked,
  checkRequest,
  checkSendAt,
  inMessage,
  invalid,
  type Refusal,
  refusal,
  type SubmitRequest,
  toParty,
} from './submit-request.ts';
import { previewOf } from './to-outgoing.ts';

export type Submitted =
  | { readonly ok: true; readonly id: string; readonly replayed: boolean; readonly judged: Judged | null }
  | { readonly ok: false; readonly problem: Refusal };

export interface SubmitOptions {
  readonly db: DatabasePool;
  readonly clock: Clock;
  readonly directory: Directory;
  /** May these go? Asked before anything is queued; nothing is reserved by asking. */
  readonly judge: (tx: Transaction, drafts: readonly Draft[], nowMs: number) => Promise<ReadonlyMap<string, Judged>>;
  /** A local time (`YYYY-MM-DDTHH:mm[:ss]`) as an instant where each of these people is; a text is what is wrong. */
  readonly toInstants: (
    tx: Transaction,
    wanted: readonly { readonly contactId: string; readonly local: string; readonly workspaceId: string }[],
  ) => Promise<readonly (number | string)[]>;
  /** What is wrong with the media a message names, by link or id. */
  readonly checkMedia: (request: Checked) => Promise<readonly MessageProblem[]>;
  /** There is something new in the outbox for these channels. */
  readonly wakeSenders: (channelIds: readonly string[]) => void;
}

/** One request of many, on its way to an answer. */
interface Item {
  readonly checked: Checked;
  /** Its place among the requests. */
  readonly n: number;
  readonly id: string;
}
type Aimed = Item & { readonly target: Target };
type Answers = (Submitted | undefined)[];

const KNOWN_KEYS = statement(
  'submit_known_keys',
  `select id, idempotency_key as key, request_digest as digest from messages where workspace_id = $1 and idempotency_key = any($2::text[])`,
);

/** A message that was not queued was not submitted: asking again later is another request. */
async function answerKnown(tx: Transaction, items: readonly Item[], answers: Answers): Promise<Item[]> {
  const keys = items.flatMap(({ checked }) => checked.request.idempotencyKey ?? []);
  if (keys.length === 0) return [...items];
  const workspaceId = items[0]?.checked.request.workspaceId ?? '';
  const rows = await tx.rows<{ id: string; key: string; digest: string }>(KNOWN_KEYS, [workspaceId, keys]);
  const known = new Map(rows.map((row) => [row.key, row]));
  return items.filter((item) => {
    const earlier = known.get(item.checked.request.idempotencyKey ?? '');
    if (!earlier) return true;
    if (earlier.id !== item.id) answers[item.n] = toEarlier(item, earlier);
    return false;
  });
}

function toEarlier({ checked }: Item, earlier: { readonly id: string; readonly digest: string }): Submitted {
  if (earlier.digest === checked.digest) return { ok: true, id: earlier.id, replayed: true, judged: null };
  return refusal(
    409,
    'idempotency_conflict',
    'This Idempotency-Key was used for another request. Use a new key for a new message.',
  );
}

/** The conversations of those who are named as people; made where there are none. */
async function openConversations(tx: Transaction, items: readonly Item[], nowMs: number): Promise<Map<Item, string>> {
  const named = items.flatMap((item) =>
    item.checked.channel ? [{ item, channel: item.checked.channel, party: toParty(item.checked.request) }] : [],
  );
  const sightings = named.map(({ channel: { workspaceId }, party }) => ({
    workspaceId,
    eventId: 'api',
    identities: [party.identity],
    name: null,
  }));
  const contacts = await resolveContacts(tx, sightings, nowMs);
  const touched = named.map(({ item, channel, party }, n) => {
    const contactId = contacts[n];
    if (!contactId) throw new Error('a sighting with an identity always has a contact');
    const { workspaceId, id: channelId } = channel;
    const where = { workspaceId, channelId, contactId, lane: party.identity.value, address: party.address };
    return { item, touch: { ...where, at: null, inbound: false, messageId: null } };
  });
  const talks = touched.map(({ touch }) => touch);
  const views = await touchConversations(tx, talks, nowMs);
  return new Map(touched.map(({ item, touch }) => [item, views.get(conversationKey(touch))?.id ?? '']));
}

async function aim(tx: Transaction, items: readonly Item[], context: Context): Promise<Aimed[]> {
  const opened = await openConversations(tx, items, context.nowMs);
  const idOf = (item: Item): string => opened.get(item) ?? item.checked.request.conversationId ?? '';
  const targets = await lockTargets(tx, items.map(idOf));
  return items.flatMap((item) => {
    const target = targets.get(idOf(item));
    if (target?.workspaceId === item.checked.request.workspaceId) return [{ ...item, target }];
    context.answers[item.n] = refusal(404, 'conversation_unknown', `There is no conversation ${idOf(item)}.`);
    return [];
  });
}

interface Context {
  readonly options: SubmitOptions;
  readonly answers: Answers;
  readonly nowMs: number;
}

function checkPairs(items: readonly Aimed[], { answers }: Context): Aimed[] {
  return items.filter(({ checked, target, n }) => {
    const problems = checkPair(checked.message, target.address);
    if (problems.length > 0) answers[n] = invalid(inMessage(problems));
    return problems.length === 0;
  });
}

/** Local times become instants, now that it is known who and so where the people are. */
async function time(tx: Transaction, items: readonly Aimed[], { options, answers, nowMs }: Context): Promise<Aimed[]> {
  const local = items.filter(({ checked }) => checked.localSendAt !== null);
  if (local.length === 0) return [...items];
  const wanted = local.map(({ checked: { localSendAt }, target: { contactId, workspaceId } }) => ({
    contactId,
    workspaceId,
    local: localSendAt ?? '',
  }));
  const instants = await options.toInstants(tx, wanted);
  const times = new Map(local.map((item, n) => [item, instants[n] ?? '']));
  return items.flatMap((item) => {
    const found = times.get(item);
    if (found === undefined) return [item];
    const at = typeof found === 'number' ? checkSendAt(found, nowMs) : found;
    if (typeof at !== 'string') return [{ ...item, checked: { ...item.checked, sendAt: at } }];
    answers[item.n] = invalid([{ field: 'sendAt', message: at }]);
    return [];
  });
}

/** Without a wish: a code is of no use after ten minutes, anything else after a day. */
const TTL_MS = 24 * 3_600_000;
const CODE_TTL_MS = 10 * 60_000;

function toExpiry({ checked }: Item, category: string | null, nowMs: number): number {
  const ttlMs = checked.ttlMs ?? (category === 'AUTHENTICATION' ? CODE_TTL_MS : TTL_MS);
  return (checked.sendAt ?? nowMs) + ttlMs;
}

const toDraft = ({ checked, target, id }: Aimed): Draft => ({
  ...target,
  id,
  class: checked.class,
  origin: checked.request.origin ?? 'api',
  expiresAt: null,
  message: checked.message,
  sendAt: checked.sendAt,
});

/** A message that would only be refused later is refused now; what has to wait is taken. */
async function judge(
  tx: Transaction,
  items: readonly Aimed[],
  context: Context,
): Promise<(Aimed & { judged: Judged })[]> {
  if (items.length === 0) return [];
  const verdicts = await context.options.judge(tx, items.map(toDraft), context.nowMs);
  return items.flatMap((item) => {
    const judged = verdicts.get(item.id);
    if (!judged) throw new Error('the policy says something about every draft');
    if (judged.verdict.verdict !== 'deny') return [{ ...item, judged }];
    context.answers[item.n] = toDenied(judged);
    return [];
  });
}

function toDenied({ verdict }: Judged): Submitted {
  const denying = verdict.reasons.filter(({ effect }) => effect === 'deny');
  const errors = denying.flatMap(({ rule, text, problems }) =>
    problems ? inMessage(problems) : [{ field: rule, message: text }],
  );
  return refusal(422, 'policy_denied', `${toReason(verdict)}. Nothing was queued.`, errors);
}

/** The message as the outbox takes it. */
function toOutgoing({ checked, target, id, judged }: Aimed & { judged: Judged }, nowMs: number): Outgoing {
  const { request, message } = checked;
  return {
    id,
    kind: 'message',
    workspaceId: request.workspaceId,
    channelId: target.channelId,
    lane: target.lane,
    address: target.address,
    class: checked.class,
    conversationId: target.id,
    contactId: target.contactId,
    origin: request.origin ?? 'api',
    message,
    preview: toLine(previewOf(message)),
    at: nowMs,
    sendAt: checked.sendAt,
    expiresAt: toExpiry({ checked, id, n: 0 }, judged.category, nowMs),
    callbackData: request.callbackData ?? null,
    retryOf: request.retryOf ?? null,
    ownerEpoch: null,
    position: null,
    reaction: null,
    idempotencyKey: request.idempotencyKey,
    requestDigest: checked.digest,
  };
}

async function take(tx: Transaction, items: readonly Item[], context: Context): Promise<readonly Enqueued[]> {
  const { nowMs, answers } = context;
  const fresh = await answerKnown(tx, items, answers);
  const aimed = await time(tx, checkPairs(await aim(tx, fresh, context), context), context);
  const judged = await judge(tx, aimed, context);
  const enqueued = await enqueue(
    tx,
    judged.map((item) => toOutgoing(item, nowMs)),
    nowMs,
  );
  for (const { n, id, judged: said } of judged) answers[n] = { ok: true, id, replayed: false, judged: said };
  // Two requests with one key, here or at once elsewhere: the loser's row was not stored, the winner's is there by now.
  await answerKnown(tx, judged, answers);
  return enqueued;
}

/** Undoes a transaction whose answers are all that was wanted. */
class DryRun extends Error {}

async function takeOrTry(context: Context, items: readonly Item[], isDry: boolean): Promise<readonly Enqueued[]> {
  try {
    return await context.options.db.transaction(async (tx) => {
      const enqueued = await take(tx, items, context);
      if (isDry) throw new DryRun();
      return enqueued;
    });
  } catch (error) {
    if (error instanceof DryRun) return [];
    throw error;
  }
}

async function checkAll(options: SubmitOptions, requests: readonly SubmitRequest[], nowMs: number) {
  const formal = requests.map((request) => checkRequest(options.directory, request, nowMs));
  return Promise.all(
    formal.map(async (checked) => {
      const problems = checked.ok ? await options.checkMedia(checked) : [];
      return problems.length > 0 ? invalid(problems) : checked;
    }),
  );
}

/**
 * Takes messages, each by itself: checked whole before anything is stored, refused with the reasons when the policy would
 * refuse it, and once for each idempotency key. Answers come in the order of the requests. A dry run changes nothing.
 */
export async function submitAll(
  options: SubmitOptions,
  requests: readonly SubmitRequest[],
  { isDry = false }: { readonly isDry?: boolean } = {},
): Promise<readonly Submitted[]> {
  const nowMs = options.clock.now();
  const answers: Answers = [];
  const items: Item[] = [];
  // In their order, as those who list messages by id expect it.
  const ids = requests.map(() => makeId('msg', nowMs)).sort();
  for (const [n, checked] of (await checkAll(options, requests, nowMs)).entries()) {
    if (checked.ok) items.push({ checked, n, id: ids[n] ?? '' });
    else answers[n] = checked;
  }
  const enqueued = items.length === 0 ? [] : await takeOrTry({ options, answers, nowMs }, items, isDry);
  if (enqueued.length > 0) options.wakeSenders([...new Set(enqueued.map((row) => row.channelId))]);
  return requests.map((_request, n) => {
    const answer = answers[n];
    if (!answer) throw new Error('every request has an answer');
    return answer;
  });
}

/** As `submitAll`, for one. */
export async function submit(
  options: SubmitOptions,
  request: SubmitRequest,
  mode: { readonly isDry?: boolean } = {},
): Promise<Submitted> {
  const [answer] = await submitAll(options, [request], mode);
  if (!answer) throw new Error('one request has one answer');
  return answer;
}
