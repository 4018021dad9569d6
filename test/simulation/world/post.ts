import type { Dice } from '../engine/dice.ts';
import type { Time } from '../engine/time.ts';
import type { Door, Post } from './door.ts';
import { sign } from './signature.ts';
import { makeStrange } from './strange.ts';

export interface PostPlan {
  /** Share of Meta's deliveries that come again, up to 40 s later; and of those that come again days later. */
  readonly copied: number;
  readonly copiedLate: number;
  /** Share of customers' messages that are under way for days. */
  readonly late: number;
  /** Posts of others than Meta, or of what nobody knows. */
  readonly strange: number;
}

/** A webhook request, and how it was answered. */
export interface Attempt {
  readonly at: number;
  readonly body: Uint8Array;
  /** Signed by Meta, and whole. */
  readonly isGood: boolean;
  /** Null: not at all, or too late. */
  readonly status: number | null;
}

/** Meta's post: what the emulator sends, again, late, and between it what never came from Meta. */
export interface PostOffice {
  readonly attempts: readonly Attempt[];
  /** Takes a webhook of the emulator; resolves to the HTTP status. */
  deliver(body: Uint8Array, headers: Readonly<Record<string, string>>): Promise<number>;
  /** Posts what is strange about the n-th thing. */
  postStrange(n: number): void;
  /** What was kept back for days arrives now. */
  empty(): void;
  /** Posts under way, or still to be repeated. */
  readonly open: number;
}

export interface PostHost {
  readonly plan: PostPlan;
  readonly dice: Dice;
  readonly time: Time;
  /** The load balancer: any process that takes webhooks; null when there is none. */
  readonly pickDoor: () => Door | null;
  readonly tell: (line: string) => void;
}

/** Meta gives up on a webhook that is not answered. */
const PATIENCE_MS = 5_000;
const AGAIN_MS = 2_000;

const headersOf = (body: Uint8Array): Record<string, string> => ({ 'x-hub-signature-256': sign(body) });

/** Statuses are evidence, and Meta's come within seconds of the gateway being up; customers' messages may take their time. */
function isFromCustomers(body: Uint8Array): boolean {
  const text = Buffer.from(body).toString('latin1');
  return text.includes('"messages"') && !text.includes('"statuses"');
}

const toTitle = (body: Uint8Array): string =>
  [
    ...new Set(
      Buffer.from(body)
        .toString('latin1')
        .match(/wamid\.[\w=+/]+/g) ?? [],
    ),
  ].join(' ');

export function makePostOffice({ plan, dice, time, pickDoor, tell }: PostHost): PostOffice {
  const attempts: Attempt[] = [];
  const kept: Uint8Array[] = [];
  let open = 0;

  async function post(request: Post): Promise<number> {
    const at = time.elapsed();
    const late = time.delay(PATIENCE_MS).then(() => null);
    const status = await Promise.race([pickDoor()?.post(request) ?? null, late]);
    const isGood = request.headers['x-hub-signature-256'] === sign(request.body) && request.cutAfter === undefined;
    attempts.push({ at, body: request.body, isGood, status });
    tell(`posted ${toTitle(request.body)}: ${status ?? 'no answer'}`);
    return status ?? 504;
  }

  /** As Meta: until it is answered 200, or refused for good. */
  async function insist(request: Post): Promise<void> {
    open++;
    while ((await post(request)) >= 500) await time.delay(AGAIN_MS);
    open--;
  }

  function copy(body: Uint8Array): void {
    if (dice.hits(plan.copied)) time.after(dice.int(1, 40_000), () => void insist({ body, headers: headersOf(body) }));
    if (dice.hits(plan.copiedLate)) kept.push(body);
  }

  return {
    attempts,
    async deliver(body, headers) {
      if (plan.late > 0 && isFromCustomers(body) && dice.hits(plan.late)) {
        kept.push(body);
        return 200;
      }
      const status = await post({ body, headers });
      if (status === 200) copy(body);
      return status;
    },
    postStrange(n) {
      void insist(makeStrange(n, dice));
    },
    empty() {
      for (const body of kept.splice(0)) void insist({ body, headers: headersOf(body) });
    },
    get open() {
      return open;
    },
  };
}
