import type { EmulatedNumber } from '../contract.ts';
import type { Random } from '../seed.ts';
import type { EventUpdate, ThreadUpdate, Update, WireContact } from './update.ts';

/** How often a run of updates of one number is cut into a further `changes[]` element although it need not be. */
const splitChance = 0.2;

export interface ComposeInput {
  readonly wabaId: string;
  readonly numbers: ReadonlyMap<string, EmulatedNumber>;
  readonly updates: readonly Update[];
  /** Draws where a value ends: Meta promises no shape. */
  readonly random: Random;
}

/** The webhook body of one POST: messages and statuses of a number share a value, as at Meta. */
export function composeBody(input: ComposeInput): Record<string, unknown> {
  const entries: Entry[] = [];
  for (const run of splitRuns(input)) {
    const given = toEntry(input, run);
    const last = entries.at(-1);
    // Management fields name their time; messages carry their own.
    if (last !== undefined && last.time === given.time) last.changes.push(...given.changes);
    else entries.push(given);
  }
  return { object: 'whatsapp_business_account', entry: entries };
}

interface Entry {
  readonly id: string;
  readonly time?: number;
  readonly changes: { value: Readonly<Record<string, unknown>>; field: string }[];
}

type Run = readonly ThreadUpdate[] | EventUpdate;
const isEvent = (run: Run): run is EventUpdate => 'kind' in run;

function toEntry({ wabaId: id, numbers }: ComposeInput, run: Run): Entry {
  if (!isEvent(run)) return { id, changes: [{ value: toValue(run, numbers), field: 'messages' }] };
  return { id, time: Math.floor(run.at / 1_000), changes: [{ value: run.body, field: run.field }] };
}

function splitRuns({ updates, random }: ComposeInput): Run[] {
  const runs: (ThreadUpdate[] | EventUpdate)[] = [];
  for (const update of updates) {
    const run = runs.at(-1);
    if (update.kind === 'event') runs.push(update);
    else if (run === undefined || isEvent(run)) runs.push([update]);
    else if (run[0]?.numberId === update.numberId && random() >= splitChance) run.push(update);
    else runs.push([update]);
  }
  return runs;
}

function toValue(run: readonly ThreadUpdate[], numbers: ReadonlyMap<string, EmulatedNumber>): Record<string, unknown> {
  const numberId = run[0]?.numberId ?? '';
  const messages = run.filter((update) => update.kind === 'message').map((update) => update.body);
  const statuses = run.filter((update) => update.kind === 'status').map((update) => update.body);
  const contacts = toContacts(run);
  return {
    messaging_product: 'whatsapp',
    metadata: toMetadata(numbers, numberId),
    ...(contacts.length > 0 ? { contacts } : {}),
    ...(messages.length > 0 ? { messages } : {}),
    ...(statuses.length > 0 ? { statuses } : {}),
  };
}

export const toMetadata = (
  numbers: ReadonlyMap<string, EmulatedNumber>,
  numberId: string,
): Readonly<Record<string, unknown>> => ({
  display_phone_number: numbers.get(numberId)?.displayPhoneNumber,
  phone_number_id: numberId,
});

/** One entry a person, however many of the updates are theirs. */
function toContacts(run: readonly ThreadUpdate[]): WireContact[] {
  const contacts = new Map<unknown, WireContact>();
  for (const { contact } of run) if (contact !== undefined) contacts.set(contact.user_id, contact);
  return [...contacts.values()];
}
