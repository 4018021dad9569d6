import type { EmulatedNumber } from '../contract.ts';
import type { Random } from '../seed.ts';
import type { Update, WireContact } from './update.ts';

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
  const changes = splitRuns(input).map((run) => ({ value: toValue(run, input.numbers), field: 'messages' }));
  return { object: 'whatsapp_business_account', entry: [{ id: input.wabaId, changes }] };
}

function splitRuns({ updates, random }: ComposeInput): Update[][] {
  const runs: Update[][] = [];
  for (const update of updates) {
    const run = runs.at(-1);
    const continues = run !== undefined && run[0]?.numberId === update.numberId && random() >= splitChance;
    if (continues) run.push(update);
    else runs.push([update]);
  }
  return runs;
}

function toValue(run: readonly Update[], numbers: ReadonlyMap<string, EmulatedNumber>): Record<string, unknown> {
  const numberId = run[0]?.numberId ?? '';
  const messages = run.filter((update) => update.kind === 'message').map((update) => update.body);
  const statuses = run.filter((update) => update.kind === 'status').map((update) => update.body);
  const contacts = toContacts(run);
  return {
    messaging_product: 'whatsapp',
    metadata: { display_phone_number: numbers.get(numberId)?.displayPhoneNumber, phone_number_id: numberId },
    ...(contacts.length > 0 ? { contacts } : {}),
    ...(messages.length > 0 ? { messages } : {}),
    ...(statuses.length > 0 ? { statuses } : {}),
  };
}

/** One entry a person, however many of the updates are theirs. */
function toContacts(run: readonly Update[]): WireContact[] {
  const contacts = new Map<unknown, WireContact>();
  for (const { contact } of run) if (contact !== undefined) contacts.set(contact.user_id, contact);
  return [...contacts.values()];
}
