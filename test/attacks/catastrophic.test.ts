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
  prepare: (siege) => siege.receive(toText(`${MARK} hello`, { from: toPhone(9) })),
});

const EVIL = `${'a'.repeat(60)}!`;

// Conditions are customers' code (`bot.hears`): none can be refused beforehand. Each is tried where only its own run can
// fail, and with an end.
attack(
  22,
  'an expression that never ends is given up and its message set aside; the webhook, the thread and all others go on',
  { stores: { ...toStrange(6), ...SENT, quarantine: 1 }, sends: 5 },
  async (siege) => {
    expect((await siege.deliver(toText(EVIL, { from: toPhone(1) }))).status).toBe(200);
    for (let n = 0; n < 5; n++) {
      const startedAt = performance.now();
      expect((await siege.deliver(toText(`${MARK} ${n} and many more words`, { from: toPhone(2 + n) }))).status).toBe(
        200,
      );
      await until('it is answered', () => siege.graph.texts().length === n + 2);
      expect(performance.now() - startedAt).toBeLessThan(5_000);
    }
    await siege.settled();
    const [row] = await siege.rows<{ reason: string }>('select reason from quarantine');
    expect(row?.reason).toMatch(/did not come to an end/);
    expect(row?.reason).not.toContain('aaa');
  },
);
