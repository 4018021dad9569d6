import { createHmac } from 'node:crypto';
import type { Site } from './site.ts';
import { until } from './until.ts';

/** What became of one signed delivery of our own. */
export interface Probed {
  readonly wamid: string;
  /** Null: no answer at all. */
  readonly status: number | null;
  readonly retryAfter: string | null;
  readonly tookMs: number;
}

/** Idle shards say every few seconds how far they are. */
const BEHIND = `select 1 from leases where name like 'shard/%' having min(cursor) < journal_horizon()`;

/** Sends deliveries of statuses nobody waits for, one after the other, and remembers how each was answered. */
export interface Probe {
  readonly all: readonly Probed[];
  once(): Promise<Probed>;
  /** Those answered 200 that came to nothing once all that is stored is handled: must be none. */
  findLost(): Promise<Probed[]>;
}

const toBody = (wamid: string): string =>
  JSON.stringify({
    object: 'whatsapp_business_account',
    entry: [
      {
        id: '102290129340398',
        changes: [
          {
            field: 'messages',
            value: {
              messaging_product: 'whatsapp',
              metadata: { phone_number_id: '106540352242900' },
              messages: [
                {
                  id: wamid,
                  from: '5511900000001',
                  timestamp: '1763683200',
                  type: 'reaction',
                  reaction: { message_id: 'wamid.NONE', emoji: '👍' },
                },
              ],
            },
          },
        ],
      },
    ],
  });

export function makeProbe(site: Site, appSecret: string, timeoutMs: number): Probe {
  const all: Probed[] = [];
  const send = async (wamid: string): Promise<Pick<Probed, 'status' | 'retryAfter'>> => {
    const body = toBody(wamid);
    const signature = `sha256=${createHmac('sha256', appSecret).update(body).digest('hex')}`;
    try {
      const answer = await fetch(`${site.url}/webhooks/whatsapp`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-hub-signature-256': signature },
        body,
        signal: AbortSignal.timeout(timeoutMs),
      });
      await answer.text();
      return { status: answer.status, retryAfter: answer.headers.get('retry-after') };
    } catch {
      return { status: null, retryAfter: null };
    }
  };
  return {
    all,
    async once() {
      const wamid = `wamid.PROBE${all.length}`;
      const startedAt = performance.now();
      const answer = await send(wamid);
      const probed = { wamid, ...answer, tookMs: Math.round(performance.now() - startedAt) };
      all.push(probed);
      return probed;
    },
    async findLost() {
      await until('all that is stored is handled', async () => (await site.rows(BEHIND)).length === 0);
      const rows = await site.rows<{ event_id: string }>(
        `select event_id from events where event_id like '%wamid.PROBE%'`,
      );
      const stored = new Set(rows.map((row) => row.event_id.slice(row.event_id.indexOf('wamid.PROBE'))));
      return all.filter((probed) => probed.status === 200 && !stored.has(probed.wamid));
    },
  };
}
