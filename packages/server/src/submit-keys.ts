import { statement, type Transaction } from '#kit';
import type { Judged } from '#outbox';
import { refusal } from './submit-request.ts';
import type { Answers, Item, Submitted } from './submit-types.ts';

const KNOWN_KEYS = statement(
  'submit_known_keys',
  `select id, idempotency_key as key, request_digest as digest from messages where workspace_id = $1 and idempotency_key = any($2::text[])`,
);

/** A message that was not queued was not submitted: asking again later is another request. */
export async function answerKnown(tx: Transaction, items: readonly Item[], answers: Answers): Promise<Item[]> {
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

/** Requests whose key an earlier one of the same bulk has: they are answered by what becomes of that one. */
export function splitRepeats(items: readonly Item[]): { readonly firsts: Item[]; readonly repeats: [Item, Item][] } {
  const byKey = new Map<string, Item>();
  const firsts: Item[] = [];
  const repeats: [Item, Item][] = [];
  for (const item of items) {
    const key = item.checked.request.idempotencyKey;
    const first = key === null ? undefined : byKey.get(key);
    if (first) repeats.push([item, first]);
    else firsts.push(item);
    if (key !== null && !first) byKey.set(key, item);
  }
  return { firsts, repeats };
}

export function answerRepeats(repeats: readonly [Item, Item][], answers: Answers): void {
  for (const [item, first] of repeats) {
    const answer = answers[first.n];
    if (answer?.ok) answers[item.n] = toEarlier(item, { ...answer, digest: first.checked.digest });
    else answers[item.n] = answer;
  }
}

interface Earlier {
  readonly id: string;
  readonly digest: string | null;
  /** Known of one that is in the same bulk. */
  readonly judged?: Judged | null;
}

function toEarlier({ checked }: Item, { id, digest, judged = null }: Earlier): Submitted {
  if (digest === checked.digest) return { ok: true, id, replayed: true, judged };
  return refusal(
    409,
    'idempotency_conflict',
    'This Idempotency-Key was used for another request. Use a new key for a new message.',
  );
}
