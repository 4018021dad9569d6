import fc from 'fast-check';
import type { WhatsAppEvent } from '@wharf/whatsapp';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { makeGate, WAITING } from '../kit/fixtures/rig.ts';
import { NOW, openPeople, type People, remembered, switched, tapped, told, wrote } from './fixtures/people.ts';
import { foldConsents } from './fold.ts';
import { readConsents } from './store.ts';

let people: People;
beforeAll(async () => void (people = await openPeople()));
afterAll(() => people.close());
beforeEach(async () => {
  await people.rows('truncate contacts, consents, consent_log');
  await people.addContact('con_1');
});

const MINUTE = 60_000;

async function view(contactId = 'con_1', workspaceId = 'main'): Promise<Record<string, string>> {
  const found = (await readConsents(people.db, workspaceId, [contactId])).get(contactId) ?? {};
  return Object.fromEntries(Object.entries(found).map(([purpose, { state }]) => [purpose, state]));
}
const rowsOf = async (table: string) =>
  (await people.rows<{ n: number }>(`select count(*)::int as n from ${table}`))[0]?.n;

describe('what counts', () => {
  const OUT = { marketing: 'out' };
  test.each<[string, () => WhatsAppEvent, Record<string, string>]>([
    ['a keyword', () => wrote('Stop!'), OUT],
    ['a keyword for everything', () => wrote('STOP ALL'), { marketing: 'out', utility: 'out' }],
    ['an opt-in by keyword', () => wrote('subscribe'), { marketing: 'in' }],
    ['a sentence with the word in it', () => wrote('stop it please I want to order'), {}],
    ['START of somebody who never stopped', () => wrote('start'), {}],
    ['a tap below a template', () => tapped('template', 'Stop promotions'), OUT],
    ['… with only its payload known', () => tapped('template', 'Ende', 'STOP'), OUT],
    ['a tap in a flow that names promotions', () => tapped('interactive', 'Stop promotions'), OUT],
    ['a tap in a flow that only says stop', () => tapped('interactive', 'Stop'), {}],
    ['… also by its id', () => tapped('interactive', 'Halt', 'stop promotions'), {}],
    ['Meta’s switch off', () => switched('stop'), OUT],
    ['Meta’s switch on', () => switched('resume'), { marketing: 'in' }],
    ['a signup in WhatsApp', () => switched('signup'), { marketing: 'in' }],
    ['a value of the switch that is new to us', () => switched('unknown'), {}],
    ['a category of the switch that is new to us', () => switched('stop', NOW, 'utility_messages'), {}],
    ['what the business itself wrote', () => told('message.echo', 'STOP'), {}],
    ['what the person wrote while another app answers', () => told('standby.message', 'STOP'), OUT],
    ['what the person wrote before we were there', () => remembered('STOP', false), OUT],
    ['what the business wrote before we were there', () => remembered('STOP', true), {}],
    ['a word in a group', () => wrote('STOP', NOW, { groupId: 'g1' }), {}],
    ['a word passed on', () => wrote('STOP', NOW, { context: { forwarded: true } }), {}],
    ['a location', () => wrote({ type: 'location', latitude: 1, longitude: 2, name: 'STOP' }), {}],
  ])('%s', async (_name, event, expected) => {
    const statements = await people.hear('con_1', event());
    expect(await view()).toEqual(expected);
    // What says nothing asks nothing. A bare START is written down, though it comes to nothing.
    expect(statements === 0).toBe((await rowsOf('consent_log')) === 0);
  });

  test('a batch without any of it asks the database nothing', async () => {
    expect(await people.hear('con_1', wrote('hello'), told('message.echo', 'STOP'), wrote('x'.repeat(9_000)))).toBe(0);
    expect(await people.hear(null, wrote('STOP'))).toBe(0);
  });

  test('a whole batch takes three statements', async () => {
    await people.addContact('con_2');
    expect(await people.hear('con_1', wrote('STOP ALL'), wrote('start', NOW + 1), switched('stop', NOW + 2))).toBe(3);
  });
});

describe('evidence', () => {
  test('keeps the words, where and when they were said', async () => {
    const event = wrote('Baja, por favor', NOW - MINUTE);
    await people.hear('con_1', event);
    expect(await people.rows('select * from consent_log')).toMatchObject([
      {
        workspace_id: 'main',
        contact_id: 'con_1',
        purpose: 'marketing',
        state: 'out',
        source: 'keyword',
        text: 'Baja, por favor',
        language: 'es',
        event_id: event.id,
        channel_id: 'chn_1',
        conversation_id: 'cnv_1',
        at: new Date(NOW - MINUTE),
        recorded_at: new Date(NOW),
      },
    ]);
  });

  test('the same event twice adds nothing, in one batch or two', async () => {
    const event = wrote('STOP');
    await people.hear('con_1', event, event);
    await people.hear('con_1', event);
    expect(await rowsOf('consent_log')).toBe(1);
  });

  test('a clock ahead of ours does not outweigh what is said later', async () => {
    await people.hear('con_1', wrote('STOP', NOW + 400 * 24 * 60 * MINUTE));
    await people.hear('con_1', switched('resume', NOW + 2 * MINUTE));
    expect(await people.rows('select state, at from consents')).toEqual([{ state: 'out', at: new Date(NOW + MINUTE) }]);
  });

  test('text and times that the database cannot hold are stored as well as they can be', async () => {
    await people.hear(
      'con_1',
      tapped('template', 'Stop promotions\u0000'),
      switched('resume', -1e18),
      switched('stop', Number.NaN),
    );
    expect(await people.rows('select text, at from consent_log order by at, text desc')).toMatchObject([
      { at: new Date(0) },
      { at: new Date(NOW), text: 'User requested to stop' },
      { at: new Date(NOW), text: 'Stop promotions\ufffd' },
    ]);
  });

  test('is never longer than 1,000 characters, and never breaks one in two', async () => {
    const detail = `${'x'.repeat(999)}😀`;
    await people.hear('con_1', { ...switched('stop'), detail });
    expect(await people.rows('select text from consent_log')).toEqual([{ text: `${'x'.repeat(999)}\ufffd` }]);
  });
});

describe('what it comes to', () => {
  const STEPS = [
    ['STOP', 'out'],
    ['subscribe', 'in'],
    ['start', 'resume'],
    ['STOP ALL', 'out'],
    ['', 'off'],
    ['', 'on'],
  ] as const;
  const toEvent = (step: number, at: number): WhatsAppEvent => {
    const [text, word] = STEPS[step] ?? ['', ''];
    return text === '' ? switched(word === 'off' ? 'stop' : 'resume', at) : wrote(text, at);
  };

  test('later news wins whatever the order it arrives in, and START takes a STOP back and nothing else', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({ step: fc.integer({ min: 0, max: 5 }), at: fc.integer({ min: 0, max: 5 }), batch: fc.boolean() }),
          { minLength: 1, maxLength: 7 },
        ),
        async (told) => {
          await people.rows('truncate consents, consent_log');
          const events = told.map(({ step, at }) => toEvent(step, NOW - (6 - at) * MINUTE));
          for (let n = 0; n < events.length; ) {
            const size = told[n]?.batch ? 2 : 1;
            await people.hear('con_1', ...events.slice(n, n + size));
            n += size;
          }
          expect((await view())['marketing']).toBe(toModel(told));
        },
      ),
      { numRuns: 60 },
    );
  });

  /** Told in the order of time (of two at once the objection last), word by word. */
  function toModel(told: readonly { step: number; at: number }[]): string | undefined {
    const words = told.map(({ step, at }) => ({ word: STEPS[step]?.[1] ?? '', at }));
    const isObjection = ({ word }: { word: string }) => word === 'out' || word === 'off';
    let [state, before, isOff] = [undefined as string | undefined, 'unknown', false];
    for (const one of words.toSorted((a, b) => a.at - b.at || Number(isObjection(a)) - Number(isObjection(b)))) {
      if (one.word === 'off') isOff = true;
      if (one.word === 'on') isOff = false;
      if (isObjection(one)) state = 'out';
      else if (one.word !== 'resume') state = before = 'in';
      else if (state === 'out' && !isOff) state = before;
    }
    return state;
  }

  test('is the same when two transactions hear of a person at once: the second waits and sees what the first added', async () => {
    const [isSaid, mayEnd] = [makeGate(), makeGate()];
    const from = { items: [{ workspaceId: 'main', channelId: 'chn_1', event: wrote('STOP', NOW - MINUTE) }] };
    const folded = [{ contactId: 'con_1', conversation: null }];
    const first = people.db.transaction(async (tx) => {
      await foldConsents(tx, { ...from, folded }, NOW);
      isSaid.open();
      await mayEnd.promise;
    });
    await isSaid.promise;
    const second = people.hear('con_1', wrote('start', NOW));
    while ((await people.rows(WAITING)).length === 0);
    mayEnd.open();
    await Promise.all([first, second]);
    expect(await view()).toEqual({ marketing: 'unknown' });
  });
});

describe('merged contacts', () => {
  beforeEach(async () => {
    for (const id of ['con_2', 'con_3']) await people.addContact(id);
  });

  test('are one person: all answers count whichever contact is asked for, along any chain', async () => {
    await people.hear('con_3', wrote('STOP', NOW - 2 * MINUTE));
    await people.merge('con_2', 'con_3');
    await people.merge('con_1', 'con_2');
    for (const id of ['con_1', 'con_2', 'con_3']) expect(await view(id), id).toEqual({ marketing: 'out' });
    await people.hear('con_1', wrote('subscribe', NOW));
    for (const id of ['con_1', 'con_2', 'con_3']) expect(await view(id), id).toEqual({ marketing: 'in' });
  });

  test('an opt-out beats an opt-in that is not later', async () => {
    await people.hear('con_1', switched('resume', NOW));
    await people.hear('con_2', wrote('STOP', NOW));
    await people.merge('con_1', 'con_2');
    expect(await view()).toEqual({ marketing: 'out' });
  });

  test('START takes a STOP back that was said as the other contact', async () => {
    await people.hear('con_2', wrote('subscribe', NOW - 2 * MINUTE), wrote('STOP', NOW - MINUTE));
    await people.merge('con_1', 'con_2');
    await people.hear('con_1', wrote('start', NOW));
    expect(await view()).toEqual({ marketing: 'in' });
  });

  test('others are left alone, and so is another workspace', async () => {
    await people.hear('con_1', wrote('STOP'));
    expect(await view('con_2')).toEqual({});
    expect(await view('con_1', 'other')).toEqual({});
  });
});
