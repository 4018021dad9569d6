import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { readConsents } from '#consent';
import { NUMBER, openWorks, through, toMessages, type Works } from './fixtures/workers.ts';

let works: Works;
beforeAll(async () => void (works = await openWorks()));
afterEach(() => works.reset());
afterAll(() => works.close());

/** Meta's own switch for marketing, as the person left it. */
const toPreference = (from: string, value: string, timestamp: number): string =>
  JSON.stringify({
    object: 'whatsapp_business_account',
    entry: [
      {
        id: '102290129340398',
        changes: [
          {
            field: 'user_preferences',
            value: {
              messaging_product: 'whatsapp',
              metadata: { display_phone_number: '15550001111', phone_number_id: NUMBER },
              contacts: [{ profile: { name: 'Ana' }, wa_id: from, user_id: `BR.${from}` }],
              user_preferences: [
                {
                  wa_id: from,
                  user_id: `BR.${from}`,
                  detail: `User requested to ${value}`,
                  category: 'marketing_messages',
                  value,
                  timestamp,
                },
              ],
            },
          },
        ],
      },
    ],
  });

async function consentsOf(phone: string): Promise<Record<string, string>> {
  const rows = await works.store.rows<{ id: string }>(
    "select contact_id as id from identities where kind = 'phone' and value = $1",
    [phone],
  );
  const id = rows[0]?.id ?? '';
  const view = (await readConsents(works.store.db, 'main', [id])).get(id) ?? {};
  return Object.fromEntries(Object.entries(view).map(([purpose, { state }]) => [purpose, state]));
}

const logged = async (): Promise<number> =>
  (await works.store.rows<{ n: number }>('select count(*)::int as n from consent_log'))[0]?.n ?? 0;

describe('consent, from the webhook on', () => {
  test('a STOP is heard once however often it is delivered, and is still answered', async () => {
    works.employ();
    const stop = toMessages([
      { from: '491', text: 'STOP' },
      { from: '492', text: 'stop it please I want to order' },
    ]);
    await works.deliver([stop, stop]);
    await works.deliver([stop]);
    await works.until(works.answered(2));
    expect([await consentsOf('491'), await consentsOf('492')]).toEqual([{ marketing: 'out' }, {}]);
    expect(await logged()).toBe(1);
    expect(
      await works.store.rows(
        'select conversation_id is not null as talk, channel_id is not null as channel from consent_log',
      ),
    ).toEqual([{ talk: true, channel: true }]);
  });

  test('Meta’s switch counts for somebody who never wrote, the later state whatever arrives first', async () => {
    works.employ();
    await works.deliver([toPreference('5511999990000', 'resume', 1795000100)]);
    await works.until(async () => (await logged()) === 1);
    await works.deliver([toPreference('5511999990000', 'stop', 1795000000)]);
    await works.until(async () => (await logged()) === 2);
    expect(await consentsOf('5511999990000')).toEqual({ marketing: 'in' });
  });

  test('a walk that is undone leaves no evidence behind, and the next one finds it', async () => {
    let tries = 0;
    const pool = through((work, db) =>
      db.transaction(async (tx) => {
        const done = await work(tx);
        if (tries++ === 0) throw Object.assign(new Error('the connection went away'), { code: '08006' });
        return done;
      }),
    );
    works.employ({ pool });
    await works.deliver([toMessages([{ from: '491', text: 'STOP ALL' }])]);
    await works.until(works.answered(1));
    expect(tries).toBeGreaterThan(1);
    expect(await logged()).toBe(2);
    expect(await consentsOf('491')).toEqual({ marketing: 'out', utility: 'out' });
  });
});
