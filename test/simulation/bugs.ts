import { type Statement, statement } from '../../packages/server/src/kit/index.ts';
import { drawProfile, type Profile } from './world/profile.ts';
import type { Bugs } from './world/scene.ts';

/** Modules that a bug replaces as a whole; see planted.test.ts. */
export type Module = 'gate' | 'pairs' | 'lanes' | 'sieve' | 'aside';

export interface Bug {
  readonly name: string;
  readonly bugs?: Bugs;
  readonly module?: Module;
  /** Where to look, one after the other. */
  readonly seeds: readonly number[];
  /** What the oracle says then. */
  readonly says: RegExp;
}

type Change = (text: string) => string | null;

/** Another text in the place of a statement, or none; a statement that has changed since is told of. */
const instead =
  (changes: Readonly<Record<string, Change>>) =>
  (one: Statement): Statement | null => {
    const change = changes[one.name];
    if (!change) return one;
    const text = change(one.text);
    if (text === one.text) throw new Error(`${one.name} is not what the planted bug was made for`);
    return text === null ? null : statement(`${one.name}_planted`, text);
  };

const swap =
  (...pairs: readonly (readonly [string, string])[]): Change =>
  (text) =>
    pairs.reduce((now, [from, to]) => now.replace(from, to), text);

const FENCED_CLAIM = `select l.name, l.epoch from leases l
            where (l.name, l.epoch) in (select lease, epoch from asked) order by l.name for share`;

/** The first seeds whose world is of a kind. */
function findSeeds(count: number, isWanted: (profile: Profile) => boolean): number[] {
  const found: number[] = [];
  for (let seed = 0; found.length < count; seed++) if (isWanted(drawProfile(seed))) found.push(seed);
  return found;
}

const isStorm = ({ weather }: Profile): boolean => weather === 'storm';
const STORMS = findSeeds(14, isStorm);
const POISONED = findSeeds(10, ({ trouble, weather }) => weather === 'storm' && trouble.poison > 0);
const UNFOLDABLE = findSeeds(8, ({ trouble }) => trouble.unfoldable > 0);
const OPEN = findSeeds(10, ({ chaos }) => chaos.open.share > 0 && chaos.open.maxMs >= 50);
const FORGETTING = findSeeds(5, ({ isLong }) => isLong);
const DEADLY = findSeeds(5, ({ trouble, weather }) => weather === 'storm' && trouble.deadly > 0);
const ROBBED = findSeeds(
  10,
  ({ thefts, chaos }) => thefts.length > 0 || chaos.strikes.some(({ how }) => how === 'stop'),
);
const LIMITED = findSeeds(3, ({ weather }) => weather === 'tier');

const FULL = findSeeds(8, ({ chaos, faults }) => chaos.full.length > 0 && (faults.lostAnswer ?? 0) > 0);
const FALTERING = findSeeds(
  10,
  ({ chaos: { failing, slow } }) => failing >= 0.01 && slow.share >= 0.3 && slow.maxMs >= 800,
);

/** Known bugs of programs like this one, each with the worlds to look at. */
export const BUGS: readonly Bug[] = [
  {
    name: 'a lost answer is resent at once',
    bugs: { resendsAtOnce: true },
    seeds: STORMS,
    says: /arrived \d times|was accepted \d times/,
  },
  {
    name: 'claims are not fenced, and leases never end',
    bugs: {
      ignoresLeases: true,
      mutate: instead({
        outbox_claim: swap([FENCED_CLAIM, 'select lease as name, min(epoch) as epoch from asked group by lease']),
      }),
    },
    seeds: STORMS,
    says: /^I9|^I6|overtook/,
  },
  { name: 'the pace is kept at the pick, not at the gate', module: 'gate', seeds: STORMS, says: /^I6/ },
  {
    name: 'outcomes are forgotten',
    bugs: { mutate: instead({ outbox_settle: () => null }) },
    seeds: STORMS,
    says: /came to an end|still in the outbox/,
  },
  {
    name: 'evidence is forgotten',
    bugs: { mutate: instead({ outbox_evidence: () => null }) },
    seeds: STORMS,
    says: /arrived/,
  },
  {
    name: 'silence counts as an answer while no gateway listens',
    bugs: { mutate: instead({ journal_progress: swap(['then 0 else', 'then null else']) }) },
    seeds: FULL,
    says: /arrived \d times|was accepted \d times/,
  },
  {
    name: 'the pace of a pair is not kept',
    module: 'pairs',
    seeds: [16, 9, 0, 1, 2, 3, 5],
    says: /than a pair may get/,
  },
  {
    name: 'the messaging limit is not counted',
    bugs: { ignoresTier: true },
    seeds: LIMITED,
    says: /people were written to first/,
  },
  {
    name: 'events are marked as seen before they are processed, in a transaction of its own',
    bugs: { detached: new Set(['journal_claim']) },
    seeds: STORMS,
    says: /^I2: message .* (is in the ledger 0 times|was answered 0 times)/,
  },
  {
    name: 'the reader passes what is not committed yet',
    bugs: {
      mutate: instead({
        journal_horizon: () => 'select case when is_called then last_value else 0 end as horizon from journal_position',
      }),
    },
    seeds: OPEN,
    says: /^I2: (message|status) .* has 0 rows/,
  },
  {
    name: 'what lies aside counts as done',
    module: 'aside',
    seeds: FALTERING,
    says: /^I2: status .* has 0 rows/,
  },
  {
    name: 'the last status wins',
    bugs: {
      mutate: instead({
        facts_statuses: swap(
          ["when m.direction = 'out' and hit.rank > m.rank then hit.state", "when m.direction = 'out' then hit.state"],
          ["when 'out' then greatest(m.rank, hit.rank)", "when 'out' then hit.rank"],
        ),
      }),
    },
    seeds: STORMS,
    says: /^I4/,
  },
  {
    name: 'a put-off run of a handler is known to its process only',
    bugs: {
      mutate: instead({
        reactions_claim: swap([
          'and attempts > 0 order by position',
          'and attempts > 0 and not_before is null order by position',
        ]),
        reactions_load: swap([
          'and attempts > 0 order by position',
          'and attempts > 0 and not_before is null order by position',
        ]),
      }),
    },
    seeds: POISONED,
    says: /did not come to an end|was answered 0 times/,
  },
  {
    name: '200 is answered before the commit',
    bugs: {
      append: (appender) => (delivery) => {
        void appender.add(delivery)?.catch(() => undefined);
        return Promise.resolve();
      },
    },
    seeds: STORMS,
    says: /^I1/,
  },
  {
    name: 'what is stored is what was understood',
    bugs: {
      append: (appender) => (delivery) => {
        const text = delivery.body.toString();
        return appender.add({ ...delivery, body: Buffer.from(text.replaceAll('\\/', '/').trim()) });
      },
    },
    seeds: STORMS,
    says: /^I1/,
  },
  { name: 'messages are claimed, not lanes', module: 'lanes', seeds: STORMS, says: /^I3/ },
  {
    name: 'who lost a shard commits all the same',
    bugs: {
      mutate: instead({
        leases_fence: () => 'select cardinality($1::text[]) as held from (select $2::bigint[]) as unasked',
      }),
    },
    seeds: ROBBED,
    says: /^I9: .* commits/,
  },
  {
    name: 'what is set aside stays among what is to be done',
    bugs: {
      mutate: instead({
        reactions_finish: (text) =>
          `${text} and not exists (select from quarantine q where q.position = t.position and q.state = 'open')`,
      }),
    },
    seeds: POISONED,
    says: /^I8/,
  },
  {
    name: 'one row that cannot be stored stops all',
    module: 'sieve',
    seeds: UNFOLDABLE,
    says: /did not come to an end/,
  },
  {
    name: 'nobody counts whom an event has killed',
    bugs: { mutate: instead({ reactions_claim: swap(['deaths = deaths + 1', 'deaths = deaths']) }) },
    seeds: DEADLY,
    says: /did not come to an end/,
  },
  {
    name: 'marks are forgotten after a day',
    bugs: { mutate: instead({ journal_release_marks: swap(['days => $1', 'days => least($1, 1)']) }) },
    seeds: FORGETTING,
    says: /^I12/,
  },
];
