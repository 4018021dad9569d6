import { join } from 'node:path';
import { expect } from 'vitest';
import { until } from '../support/until.ts';
import { ROOT } from '../support/wharf.ts';
import { attacks } from './rig/attack.ts';
import { toText } from './rig/deliveries.ts';
import { MARK, toPhone } from './rig/secrets.ts';
import { SENT, toStrange } from './rig/stored.ts';

const attack = attacks({
  env: { WHARF_REACTIONS: join(ROOT, 'test/attacks/fixtures/catastrophic-reactions.ts') },
});

// Conditions are customers' code (`bot.hears`), so no expression can be refused beforehand. What holds is the thread:
// one that stands still is ended and begun anew, and the message that stops it again and again is set aside.
attack(
  22,
  'an expression that never ends holds up the worker’s thread for half a minute, the webhook not at all, and others in the end neither',
  {
    stores: { ...toStrange(6), ...SENT, quarantine: 'any', reaction_tasks: 'any' },
    sends: 5,
    logs: ['worker.died'],
    timeoutMs: 180_000,
  },
  async (siege) => {
    expect((await siege.deliver(toText(`${'a'.repeat(40)}!`, { from: toPhone(1) }))).status).toBe(200);
    await until('the thread is busy', async () => (await siege.rows('select 1 from reaction_tasks')).length > 0);
    for (let n = 0; n < 5; n++) {
      const startedAt = performance.now();
      expect((await siege.deliver(toText(`${MARK} ${n}`, { from: toPhone(2 + n) }))).status).toBe(200);
      expect((await siege.api('GET', '/api/v1/events')).status).toBe(200);
      expect(performance.now() - startedAt).toBeLessThan(2_000);
    }
    const answered = () => siege.graph.texts().filter((text) => text.startsWith(MARK)).length;
    await until('the others are answered', () => answered() === 5, { withinMs: 150_000, everyMs: 250 });
    await until('it is set aside', async () => (await siege.rows('select 1 from quarantine')).length === 1, {
      withinMs: 150_000,
      everyMs: 250,
    });
  },
);
