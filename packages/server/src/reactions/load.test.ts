import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { message, MIA } from '../ledger/fixtures/ledger.ts';
import { drive } from '../journal/fixtures/deliveries.ts';
import { makeTestClock } from '../kit/fixtures/rig.ts';
import { loadReactions } from './load.ts';

const clock = makeTestClock();
const load = (path: string) => loadReactions(path, clock);

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wharf-reactions-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function file(name: string, source: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, source);
  return path;
}

describe('loadReactions', () => {
  test('gives what the file describes as one reaction', async () => {
    const reaction = await load(
      await file('good.mjs', `export default (bot) => bot.hears('hello', (c) => c.reply('Hi!'));`),
    );
    expect([reaction.wants(message(MIA, 'hello')), reaction.wants(message(MIA, 'bye'))]).toEqual([true, false]);
  });

  test.each<[string, string, RegExp]>([
    [
      'nothing.mjs',
      'export const x = 1;',
      /WHARF_REACTIONS: .*nothing\.mjs must export a function by default, for example/,
    ],
    ['object.mjs', 'export default {};', /must export a function by default/],
    [
      'typo.mjs',
      `export default (bot) => bot.on('message.recieved', () => {});`,
      /unknown event "message.recieved"\. Use one of: message\.received/,
    ],
    ['throws.mjs', `throw new Error('no database of prices');`, /no database of prices/],
  ])('%s is refused with what is wrong', async (name, source, told) => {
    await expect(file(name, source).then(load)).rejects.toThrow(told);
  });

  test('a file that never comes to its end is refused after 30 s, and says where to look', async () => {
    const path = await file(
      'waits.mjs',
      'export default () => {};\nawait new Promise(() => setInterval(() => {}, 1_000).unref());',
    );
    let outcome: unknown = null;
    void load(path).catch((error: unknown) => (outcome = error));
    await drive(clock, () => outcome !== null, 1_000);
    expect(outcome).toMatchObject({
      message: expect.stringMatching(/^WHARF_REACTIONS: .*waits\.mjs has not come to its end after 30 s\. Look for an/),
    });
  });

  test('a file that is not there is named, with the way out', async () => {
    await expect(load(join(folder, 'missing.ts'))).rejects.toThrow(
      /WHARF_REACTIONS: there is no file .*missing\.ts\. Give the path of a module/,
    );
  });
});
