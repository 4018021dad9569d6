import { checkPair } from '@wharf/whatsapp';
import type { Whereabouts } from '#consent';
import { makeId, mapAtMost, type Transaction } from '#kit';
import { type Identity, toLine } from '#ledger';
import { decideDelay, type Enqueued, enqueue, type Judged, type Outgoing, toReason } from '#outbox';
import type { Draft } from './judge.ts';
import { answerKnown, answerRepeats, splitRepeats } from './submit-keys.ts';
import { checkRequest, checkSendAt, inMessage, invalid, refusal, type SubmitRequest } from './submit-request.ts';
import { aim, openConversations, Raced } from './submit-targets.ts';
import type { Aimed, Answers, Context, Item, Opened, SubmitOptions, Submitted } from './submit-types.ts';
import { previewOf } from './to-outgoing.ts';

export type { SubmitOptions, Submitted };

function checkPairs(items: readonly Aimed[], { answers }: Context): Aimed[] {
  return items.filter(({ checked, target, n }) => {
    const problems = checkPair(checked.message, target.address);
    if (problems.length > 0) answers[n] = invalid(inMessage(problems));
    return problems.length === 0;
  });
}

/** All that is known of a stranger. */
const toWhereabouts = (stranger: Identity | null): Whereabouts | null =>
  stranger && {
    timeZone: null,
    phone: stranger.kind === 'phone' ? stranger.value : null,
    bsuid: stranger.kind === 'bsuid' ? stranger.value : null,
  };

/** Local times become instants, now that it is known who and so where the people are. */
async function time(tx: Transaction, items: readonly Aimed[], { options, answers, nowMs }: Context): Promise<Aimed[]> {
  const local = items.filter(({ checked }) => checked.localSendAt !== null);
  if (local.length === 0) return [...items];
  const wanted = local.map(({ checked: { localSendAt }, target: { contactId, workspaceId, stranger } }) => ({
    contactId,
    whereabouts: toWhereabouts(stranger),
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
  whereabouts: toWhereabouts(target.stranger),
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
    const said = verdicts.get(item.id);
    if (!said) throw new Error('the policy says something about every draft');
    const judged = { ...said, verdict: decideDelay(said.verdict, toExpiry(item, said.category, context.nowMs)) };
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
  const refused = refusal(
    422,
    'policy_denied',
    `${toReason(verdict).replace(/[.…]+$/, '')}. Nothing was queued.`,
    errors,
  );
  return { ...refused, problem: { ...refused.problem, denied: denying } };
}

/** The message as the outbox takes it. */
function toOutgoing({ checked, target, id, judged }: Opened & { judged: Judged }, nowMs: number): Outgoing {
  const { request, message } = checked;
  return {
    id,
    kind: 'message',
    workspaceId: request.workspaceId,
    channelId: target.channelId,
    lane: target.id,
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
  const judged = await openConversations(tx, await judge(tx, aimed, context), nowMs);
  const enqueued = await enqueue(
    tx,
    judged.map((item) => toOutgoing(item, nowMs)),
    nowMs,
    { moves: false },
  );
  for (const { n, id, judged: said } of judged) answers[n] = { ok: true, id, replayed: false, judged: said };
  // Two requests with one key at once: the loser's row was not stored, and its conversation was moved for nothing.
  await answerKnown(tx, judged, answers);
  if (judged.some(({ n, id }) => answers[n]?.ok !== true || answers[n].id !== id)) throw new Raced();
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
    if (error instanceof Raced) return takeOrTry(context, items, isDry);
    throw error;
  }
}

/** A bulk may name a thousand files elsewhere: so many messages' at a time are looked at. */
const LOOKING = 16;

async function checkAll(options: SubmitOptions, requests: readonly SubmitRequest[], nowMs: number) {
  const formal = requests.map((request) => checkRequest(options.directory, request, nowMs));
  return mapAtMost(LOOKING, formal, async (checked) => {
    const problems = checked.ok ? await options.checkMedia(checked) : [];
    return problems.length > 0 ? invalid(problems) : checked;
  });
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
  const { firsts, repeats } = splitRepeats(items);
  const enqueued = firsts.length === 0 ? [] : await takeOrTry({ options, answers, nowMs }, firsts, isDry);
  answerRepeats(repeats, answers);
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
