import { expect } from 'vitest';
import { until } from '../support/until.ts';
import { attacks } from './rig/attack.ts';
import { toText } from './rig/deliveries.ts';
import { MISBEHAVIOURS } from '../support/fake-graph.ts';
import { misbehaveOnRequest } from './rig/misbehave.ts';
import { MARK, toPhone } from './rig/secrets.ts';
import { SENT, toStrange } from './rig/stored.ts';

const attack = attacks({
  env: { WHARF_AMBIGUOUS_SECONDS: '3600' },
  prepare: (siege) => siege.receive(toText(`quiet ${MARK}`)),
});

interface Detail {
  readonly preview: string;
  readonly state: string;
  readonly story: readonly { readonly step: string }[];
}

const all = [...MISBEHAVIOURS, 'fine'];

attack(
  31,
  'a Graph API that answers HTML, nothing, garbage or never: an outcome in the story, nothing twice, and the next person is served',
  { stores: { ...toStrange(all.length), ...SENT }, sends: all.length, timeoutMs: 90_000 },
  async (siege) => {
    const end = siege.graph.rule(misbehaveOnRequest);
    for (const [n, how] of all.entries())
      expect((await siege.deliver(toText(`${MARK}: ${how}`, { from: toPhone(10 + n) }))).status).toBe(200);
    await until('the well-behaved answer came', () => siege.graph.texts().includes(`${MARK}: fine`));

    // The client gives up on a Graph API that hangs after 30 s.
    const findOutcomes = async (): Promise<Map<string, string> | null> => {
      const ids = await siege.rows<{ id: string }>(`select id from messages where direction = 'out'`);
      const read = async (id: string) => JSON.parse((await siege.api('GET', `/api/v1/messages/${id}`)).text) as Detail;
      const details = await Promise.all(ids.map(({ id }) => read(id)));
      const told = details.filter((detail) => detail.story.some((step) => step.step === 'outcome'));
      return told.length === all.length ? new Map(told.map(({ preview, state }) => [preview, state])) : null;
    };
    const outcomes = await until('each has its outcome', findOutcomes, { withinMs: 60_000, everyMs: 250 });
    end();
    expect(outcomes.get(`${MARK}: fine`)).toBe('accepted');
    expect(MISBEHAVIOURS.map((how) => [how, outcomes.get(`${MARK}: ${how}`)])).toEqual(
      MISBEHAVIOURS.map((how) => [how, 'ambiguous']),
    );
  },
);
