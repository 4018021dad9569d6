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

interface Refusal {
  readonly id: string;
  readonly code: number;
  readonly timestamp: number;
  readonly recipient?: string;
}

/** A message that Meta took, and told of later that it was not delivered. */
const toRefusal = ({ id, code, timestamp, recipient }: Refusal): string =>
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
              metadata: { display_phone_number: '15550001111', phone_number_id: NUMBER },
              statuses: [
                {
                  id,
                  status: 'failed',
                  timestamp: String(timestamp),
                  recipient_id: recipient,
                  errors: [{ code, title: 'x' }],
                },
              ],
            },
          },
        ],
      },
    ],
  });

/** A contact by one message of theirs, and a message to them that Meta took as `whatsappId`. */
async function write(phone: string, whatsappId: string): Promise<void> {
  works.employ();
  await works.deliver([toMessages([{ from: phone, text: 'hello' }])]);
  await works.until(works.answered(1));
  await works.store.rows("update messages set whatsapp_id = $1 where direction = 'out'", [whatsappId]);
}

async function consentsOf(phone: string): Promise<Record<string, string>> {
  const rows = await works.store.rows<{ id: string }>(
    "select contact_id as id from identities where kind = 'phone' and value = $1",
    [phone],
  );
  const id = rows[0]?.id ?? '';
  const view = (await readConsents(works.store.db, 'main', [id])).get(id) ?? {};
  return Object.fromEntries(Object.entries(view).map(([purpose, { state }]) => [purpose, state]));
}

/** For `until`: so many different events are folded. */
const heard = (count: number) => async () =>
  (await works.store.rows<{ n: number }>('select count(*)::int as n from event_marks'))[0]?.n === count;

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

describe('a message that Meta took and then did not deliver, for the person stopped marketing (131050)', () => {
  const REFUSED = { id: 'wamid.SALE', code: 131050, timestamp: 1795000200 };

  test('is an objection to marketing with its evidence, once, however often it is told', async () => {
    await write('491', 'wamid.SALE');
    await works.deliver([toRefusal(REFUSED), toRefusal(REFUSED)]);
    await works.deliver([toRefusal({ ...REFUSED, timestamp: 1795000201 })]);
    await works.until(heard(3));
    expect(await consentsOf('491')).toEqual({ marketing: 'out' });
    expect(
      await works.store.rows(
        'select text, source, event_id is not null as event, conversation_id is not null as talk, at from consent_log',
      ),
    ).toEqual([
      {
        text: 'WhatsApp status 131050',
        source: 'meta_preference',
        event: true,
        talk: true,
        at: new Date(1795000200_000),
      },
    ]);
  });

  test.each([
    ['an opt-in that was said later counts, although it arrived first', 1795000300, 'in'],
    ['one that was said before does not', 1795000100, 'out'],
  ])('%s', async (_name, timestamp, expected) => {
    await write('491', 'wamid.SALE');
    await works.deliver([toPreference('491', 'resume', timestamp)]);
    await works.until(async () => (await logged()) === 1);
    await works.deliver([toRefusal(REFUSED)]);
    await works.until(async () => (await logged()) === 2);
    expect(await consentsOf('491')).toEqual({ marketing: expected });
  });

  test('is known by the person it names when the message is not ours', async () => {
    await write('491', 'wamid.OTHER');
    await works.deliver([toRefusal({ ...REFUSED, recipient: '491' })]);
    await works.until(async () => (await logged()) === 1);
    expect(await consentsOf('491')).toEqual({ marketing: 'out' });
  });

  test.each<[string, Partial<Refusal>]>([
    ['another code', { code: 131026 }],
    ['a stranger’s message', { id: 'wamid.UNKNOWN' }],
    ['a message to somebody who is no contact', { id: 'wamid.UNKNOWN', recipient: '499' }],
  ])('%s says nothing, and makes no contact', async (_name, more) => {
    await write('491', 'wamid.SALE');
    await works.deliver([toRefusal({ ...REFUSED, ...more })]);
    await works.until(heard(2));
    expect(await logged()).toBe(0);
    expect(await works.store.rows('select id from contacts')).toHaveLength(1);
  });
});
