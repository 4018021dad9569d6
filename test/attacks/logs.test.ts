import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect } from 'vitest';
import { ROOT } from '../support/wharf.ts';
import { attackFunction, attacks } from './rig/attack.ts';
import { toDelivery, toMessage, toMessages, toText } from './rig/deliveries.ts';
import { MARK, PRIVATE, SECRETS, toPhone } from './rig/secrets.ts';
import { SENT, toStrange } from './rig/stored.ts';
import { exchange } from './rig/wire.ts';

/** What becomes of a message holds up those behind it: each case writes to somebody of its own. */
const PEOPLE = [1, 21, 22].map(toPhone);
const attack = attacks({
  prepare: (siege) => siege.receive(...PEOPLE.map((from) => toText(`quiet ${MARK}`, { from }))),
});

/** A line of ours that is none, and words to the terminal it is read in. */
const FORGED = `\r\n{"level":60,"time":1,"msg":"stolen ${MARK}"}\r\n\u001b[2J\u001b]0;${MARK}\u0007\u009b31m\u2028`;

attack(
  46,
  'nothing that a stranger writes reaches the log, whatever field it stands in',
  {
    stores: {
      ...toStrange(6),
      quarantine: 'any',
      parked: 'any',
      templates: 'any',
      template_changes: 'any',
      template_accounts: 'any',
    },
    logs: ['event.quarantined'],
  },
  async (siege) => {
    const from = toPhone(5);
    const value = {
      contacts: [{ profile: { name: FORGED }, wa_id: from }],
      messages: [toMessage({ from, id: `wamid.${FORGED}`, type: 'text', text: { body: `quiet ${FORGED}` } })],
    };
    await siege.receive(
      toDelivery({ value }),
      toMessages(toMessage({ from, type: FORGED, [FORGED]: FORGED })),
      toDelivery({
        value: {
          statuses: [{ id: FORGED, status: FORGED, recipient_id: FORGED, errors: [{ code: 1, title: FORGED }] }],
        },
      }),
      toDelivery({ field: FORGED, value: { [FORGED]: FORGED } }),
      toDelivery({ value: { messages: [toMessage({ from: FORGED, timestamp: FORGED })] } }),
      FORGED,
    );
  },
);

attack(
  46,
  'a handler that throws a customer’s words has them in its quarantine and not in the log',
  { stores: { ...toStrange(1), quarantine: 1 } },
  async (siege) => {
    await siege.receive(toText(`crash: ${FORGED}`));
    const [row] = await siege.rows<{ reason: string }>('select reason from quarantine order by id desc limit 1');
    expect(row?.reason).toContain('cannot handle');
    expect(row?.reason.length).toBeLessThanOrEqual(1_000);
  },
);

attack(
  46,
  'requests with forged lines in their path, query, method and headers leave no trace in the log',
  async (siege) => {
    const word = encodeURIComponent(FORGED);
    const paths = [
      `/${word}`,
      `/api/v1/${word}`,
      `/api/v1/events?kind=${word}`,
      `/media/${word}`,
      `/graph/v26.0/${word}`,
      `/webhooks/whapi/${word}`,
    ];
    for (const path of paths) {
      const headers = {
        'user-agent': MARK,
        referer: `https://${MARK}.example/`,
        authorization: `Bearer ${SECRETS.apiKey}x`,
      };
      expect((await siege.ask(path, { headers })).status).toBeLessThan(500);
      expect((await siege.ask(path, { method: 'POST', headers, body: FORGED })).status).toBeLessThan(500);
    }
    for (const bytes of [
      `G\u001b[2JT / HTTP/1.1\r\nhost: x\r\n\r\n`,
      `GET /\u001b[2J HTTP/1.1\r\nhost: x\r\n\r\n`,
      `GET / HTTP/1.1\r\nx: ${MARK}\r\n\r\n`,
    ])
      expect(await exchange(siege.url, bytes)).toMatch(/^HTTP\/1\.1 [45]?\d\d /);
  },
);

const REFUSALS: Readonly<Record<string, { status: number; body: string; logs: readonly string[] }>> = {
  'an error of the message': {
    status: 400,
    body: JSON.stringify({
      error: { code: 131_026, message: `${FORGED} ${SECRETS.accessToken} ${toPhone(1)}`, fbtrace_id: FORGED },
    }),
    logs: [],
  },
  'a page': { status: 502, body: `<html>${FORGED}${SECRETS.accessToken}</html>`, logs: [] },
  'no JSON': { status: 200, body: `${FORGED}${SECRETS.accessToken}`, logs: [] },
};

for (const [n, [what, { status, body, logs }]] of Object.entries(REFUSALS).entries())
  attack(
    46,
    `Meta’s answer to a message with tokens and forged lines in it (${what}) stays out of the log, its token out of everything`,
    { stores: { ...SENT, alerts: 'any', channels: 'any' }, sends: 1, logs },
    async (siege) => {
      let asked = 0;
      const end = siege.graph.rule(({ method, path }, res) => {
        if (method !== 'POST' || !path.endsWith('/messages') || asked++ > 0) return false;
        res.writeHead(status, { 'content-type': 'application/json' }).end(body);
        return true;
      });
      const message = { type: 'text', text: { body: `${MARK} ${what}` } };
      const answer = await siege.api('POST', '/api/v1/messages', { to: PEOPLE[n], message });
      expect(answer.status).toBe(201);
      const { id } = JSON.parse(answer.text) as { id: string };
      await expect
        .poll(
          async () => (JSON.parse((await siege.api('GET', `/api/v1/messages/${id}`)).text) as { state: string }).state,
        )
        .toMatch(/^(failed|ambiguous|retry|accepted|sent)$/);
      await siege.rows(`delete from outbox where id = $1`, [id]);
      end();
      const stored = await siege.rows<{ text: string }>(
        `select concat(a.detail, a.trace_id, m.reason, m.error, m.trail) as text from attempts a join messages m on m.id = a.message_id where m.id = $1`,
        [id],
      );
      for (const { text } of stored) {
        expect(text).not.toContain(SECRETS.accessToken);
        expect(text.length).toBeLessThan(10_000);
      }
    },
  );

attackFunction(46, 'the log for people at a terminal writes control characters out, too', () => {
  const script = `import { makeLog } from ${JSON.stringify(join(ROOT, 'packages/server/src/kit/log.ts'))};
    makeLog({ level: 'info', pretty: true }).warn({ reason: ${JSON.stringify(FORGED)} }, 'delivery.refused');`;
  const out = execFileSync(process.execPath, ['--input-type=module', '-e', script], { cwd: ROOT, encoding: 'utf8' });
  expect(out).toContain('delivery.refused');
  expect(out).not.toMatch(/[^\P{Cc}\n\t]/u);
  expect(out.split('\n').filter((line) => line.startsWith('{"level":60'))).toEqual([]);
});

attackFunction(46, 'the search that judges every case finds what it must not miss', () => {
  for (const text of [...Object.values(SECRETS), MARK, toPhone(3)]) expect(`x ${text} y`).toMatch(PRIVATE);
});
