/**
 * A program of the business that sends by Wharf's API: each message with an idempotency key, each request repeated with it until
 * it is answered, one after the other for each person. A tenth are repeated although they were answered.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { makeChance } from '../support/chance.ts';
import { API_KEY, type Crowd, followSchedule, type Person } from './crowd.ts';

/** What was ordered, and what became of asking for it. */
export interface Order {
  readonly key: string;
  readonly mark: string;
  readonly person: Person;
  readonly kind: 'text' | 'template';
  readonly offeredAt: number;
  ackedAt: number;
  /** Wharf's ids for it: one, however often it was asked. */
  readonly ids: Set<string>;
  /** A refusal that no repetition mends. */
  refused: string | null;
}

export interface Orders {
  readonly all: readonly Order[];
  /** Orders by schedule until told to end; resolves when all that was begun is answered or `deadline` cuts it. */
  run(signal: AbortSignal, deadline: AbortSignal): Promise<void>;
}

export interface OrdersOptions {
  readonly seed: number;
  readonly rate: number;
  readonly crowd: Crowd;
  readonly url: string;
}

const PATIENCE_MS = 5_000;
const RETRY_MS = 200;
const TEMPLATES = 0.2;
const REPEATED = 0.1;

const AUTH = { authorization: `Bearer ${API_KEY}` };

/** Wharf's id of each number's channel; rejects while it cannot say. */
export async function readChannels(url: string): Promise<Map<string, string>> {
  const answer = await fetch(`${url}/api/v1/channels`, { headers: AUTH });
  const { data } = (await answer.json()) as { data: readonly { id: string; externalId: string }[] };
  return new Map(data.map(({ id, externalId }) => [externalId, id]));
}

const toMessage = ({ kind, mark }: Order): object =>
  kind === 'text'
    ? { type: 'text', text: { body: mark } }
    : {
        type: 'template',
        template: {
          name: 'order_update',
          language: { code: 'pt_BR' },
          components: [
            {
              type: 'body',
              parameters: [
                { type: 'text', text: 'Ana' },
                { type: 'text', text: mark },
              ],
            },
          ],
        },
      };

interface Answer {
  readonly status: number;
  readonly body: { readonly id?: string; readonly code?: string };
}

async function ask(url: string, order: Order, channelId: string): Promise<Answer | null> {
  try {
    const answer = await fetch(`${url}/api/v1/messages`, {
      method: 'POST',
      headers: { ...AUTH, 'content-type': 'application/json', 'idempotency-key': order.key },
      body: JSON.stringify({ channelId, to: order.person.phone.phone, message: toMessage(order) }),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    return { status: answer.status, body: (await answer.json()) as Answer['body'] };
  } catch {
    return null;
  }
}

/** 429 and what is the server's fault mend themselves. */
const isPassing = (answer: Answer | null): boolean => answer === null || answer.status >= 500 || answer.status === 429;

function note(order: Order, { status, body }: Answer): void {
  if (body.id !== undefined && status < 300) order.ids.add(body.id);
  else order.refused = `${status} ${body.code ?? ''}`;
}

export function makeOrders({ seed, rate, crowd, url }: OrdersOptions): Orders {
  const chance = makeChance(seed ^ 0x0adc_0de5);
  const all: Order[] = [];
  const last = new Map<Person, Promise<void>>();
  const reachable = crowd.people.filter(({ name }) => name % 4 < 2);
  let channels: ReadonlyMap<string, string> = new Map();
  let count = 0;

  async function insist(order: Order, deadline: AbortSignal): Promise<Answer | null> {
    const channelId = channels.get(order.person.numberId) ?? '';
    for (;;) {
      const answer = await ask(url, order, channelId);
      if (!isPassing(answer) || deadline.aborted) return answer;
      await pause(RETRY_MS);
    }
  }
  async function place(order: Order, { isRepeated, deadline }: { isRepeated: boolean; deadline: AbortSignal }) {
    const offered: Order = { ...order, offeredAt: Date.now() };
    all.push(offered);
    const answer = await insist(offered, deadline);
    if (answer === null || isPassing(answer)) return;
    offered.ackedAt = Date.now();
    note(offered, answer);
    const again = isRepeated ? await insist(offered, deadline) : null;
    if (again && !isPassing(again)) note(offered, again);
  }
  function order(deadline: AbortSignal): void {
    const n = count++;
    const person = reachable[Math.floor(chance() * reachable.length)];
    const kind = chance() < TEMPLATES ? 'template' : 'text';
    const isRepeated = chance() < REPEATED;
    if (!person) return;
    const fresh = { offeredAt: 0, ackedAt: Infinity, ids: new Set<string>(), refused: null };
    const wanted: Order = { key: `${seed}-order-${n}`, mark: `api/${n}`, person, kind, ...fresh };
    const before = last.get(person) ?? Promise.resolve();
    last.set(
      person,
      before.then(() => place(wanted, { isRepeated, deadline })),
    );
  }
  return {
    all,
    async run(signal, deadline) {
      channels = await readChannels(url);
      await followSchedule({ rate, chance, signal }, () => order(deadline));
      await Promise.all(last.values());
    },
  };
}
