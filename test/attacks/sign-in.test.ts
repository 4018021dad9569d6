import { expect } from 'vitest';
import { attacks } from './rig/attack.ts';
import { OTHER_KEY, plantOther } from './fixtures/other-workspace.ts';
import { toText } from './rig/deliveries.ts';
import { MARK, SECRETS } from './rig/secrets.ts';

const attack = attacks({
  async prepare(siege) {
    await siege.receive(toText(`quiet ${MARK}`));
    await plantOther(siege);
  },
});

attack(
  38,
  'a key is stored as a digest; ending it ends it and the sessions it opened within seconds',
  { stores: { sessions: 1, api_keys: 0 } },
  async (siege) => {
    const signIn = await siege.ask('/api/v1/session', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ key: OTHER_KEY }),
    });
    expect(signIn.status).toBe(200);
    const cookie = (signIn.headers.get('set-cookie') ?? '').split(';', 1)[0] ?? '';
    const me = async (headers: Readonly<Record<string, string>>) => (await siege.ask('/api/v1/me', { headers })).status;
    const both = async () => [await me({ cookie }), await me({ authorization: `Bearer ${OTHER_KEY}` })];
    expect(await both()).toEqual([200, 200]);
    await siege.rows(`update api_keys set revoked_at = now() where id = 'key_01other'`);
    // What is known of a key is kept for 5 s at most.
    await expect.poll(both, { timeout: 8_000, interval: 200 }).toEqual([401, 401]);
    const [row] = await siege.rows<{ text: string }>(
      `select string_agg(k::text, '') || (select string_agg(s::text, '') from sessions s) as text from api_keys k`,
    );
    for (const secret of [OTHER_KEY, SECRETS.apiKey, cookie.split('=')[1] ?? '']) {
      expect(secret.length).toBeGreaterThan(20);
      expect(row?.text).not.toContain(secret);
      expect(row?.text).not.toContain(Buffer.from(secret).toString('hex'));
    }
  },
);

attack(
  38,
  'signing out ends a session at once, and its cookie is nothing a script or another site gets',
  { stores: { sessions: 0 } },
  async (siege) => {
    const headers = { 'content-type': 'application/json' };
    const signIn = await siege.ask('/api/v1/session', {
      method: 'POST',
      headers,
      body: JSON.stringify({ key: SECRETS.apiKey }),
    });
    const given = signIn.headers.get('set-cookie') ?? '';
    expect(given).toMatch(/^wharf_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=\d+$/);
    const cookie = given.split(';', 1)[0] ?? '';
    for (const site of ['cross-site', 'same-site']) {
      const forged = await siege.ask('/api/v1/messages', {
        method: 'POST',
        headers: { ...headers, cookie, 'sec-fetch-site': site },
        body: '{}',
      });
      expect([site, forged.status]).toEqual([site, 403]);
    }
    const form = { cookie, 'content-type': 'text/plain', origin: 'https://evil.example' };
    expect((await siege.ask('/api/v1/messages', { method: 'POST', headers: form, body: '{}' })).status).toBe(415);
    expect((await siege.ask('/api/v1/session', { method: 'DELETE', headers: { cookie } })).status).toBe(204);
    expect((await siege.ask('/api/v1/me', { headers: { cookie } })).status).toBe(401);
  },
);

attack(
  39,
  'guessing keys at the sign-in is slowed down after ten, and what it says does not depend on how near one was',
  async (siege) => {
    const attempt = (key: unknown) =>
      siege.ask('/api/v1/session', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ key }),
      });
    for (const odd of [{ $ne: '' }, ['a'], null, 1, '', 'x'.repeat(501)]) expect((await attempt(odd)).status).toBe(400);
    const near = [SECRETS.apiKey.slice(0, -1), `${SECRETS.apiKey} `, SECRETS.apiKey.toUpperCase(), 'x'];
    const answers = await Promise.all(Array.from({ length: 40 }, (_, n) => attempt(near[n % near.length])));
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 401).length).toBeLessThanOrEqual(12);
    expect(statuses.filter((status) => status !== 401 && status !== 429)).toEqual([]);
    expect(new Set(answers.filter(({ status }) => status === 401).map(({ text }) => text)).size).toBe(1);
    expect(answers.find(({ status }) => status === 429)?.headers.get('retry-after')).toMatch(/^\d+$/);
  },
);
