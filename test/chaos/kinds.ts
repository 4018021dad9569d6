/** The forms in which Wharf is run, and what can happen to each. */
export const FORMS = ['whole', 'split'] as const;
export type FormName = (typeof FORMS)[number];

export const FORM_WORDS: Readonly<Record<FormName, string>> = {
  whole: 'the whole program on its embedded PostgreSQL, on a small disk',
  split: 'a gateway and two workers on a PostgreSQL they share, reached through a proxy',
};

interface KindFacts {
  readonly forms: readonly FormName[];
  /** How long it lasts, ms; [0, 0]: it strikes, and that is all. */
  readonly lastsMs: readonly [number, number];
  readonly words: string;
}

/** A worker holds its leases for this long; a process that stands still longer loses them. */
export const LEASE_SECONDS = 2;

const BOTH = FORMS;

export const FAULTS = {
  'kill-node': { forms: BOTH, lastsMs: [0, 0], words: 'kill -9 of a Node process' },
  'kill-backend': { forms: BOTH, lastsMs: [0, 0], words: 'kill -9 of one PostgreSQL process' },
  'kill-postmaster': { forms: BOTH, lastsMs: [0, 0], words: 'kill -9 of the postmaster' },
  'stop-node': {
    forms: BOTH,
    lastsMs: [3_000, 12_000],
    words: 'a Node process stopped (SIGSTOP) for longer than its leases',
  },
  'stop-postgres': { forms: BOTH, lastsMs: [2_000, 7_000], words: 'all of PostgreSQL stopped (SIGSTOP)' },
  'disk-low': { forms: ['whole'], lastsMs: [4_000, 13_000], words: 'less disk than Wharf asks for' },
  'disk-full': { forms: ['whole'], lastsMs: [4_000, 10_000], words: 'not a byte of disk' },
  'db-cut': { forms: ['split'], lastsMs: [1_000, 6_000], words: 'connections to PostgreSQL reset, new ones refused' },
  'db-stall': { forms: ['split'], lastsMs: [3_000, 12_000], words: 'the way to PostgreSQL silent, then it goes on' },
  'db-half-open': { forms: ['split'], lastsMs: [0, 0], words: 'all connections to PostgreSQL dead and nobody says so' },
  'db-late': { forms: ['split'], lastsMs: [4_000, 9_000], words: '80 ms more each way to PostgreSQL' },
  'db-narrow': { forms: ['split'], lastsMs: [4_000, 9_000], words: '64 kB a second for each connection to PostgreSQL' },
  'graph-down': { forms: BOTH, lastsMs: [2_000, 8_000], words: 'connections to Meta reset, new ones refused' },
  'graph-errors': { forms: BOTH, lastsMs: [3_000, 12_000], words: 'Meta answers 500 and 503' },
  'graph-late': { forms: BOTH, lastsMs: [3_000, 8_000], words: '600 ms more each way to Meta' },
  'graph-stall': { forms: BOTH, lastsMs: [3_000, 8_000], words: 'the way to Meta silent, then it goes on' },
} as const satisfies Record<string, KindFacts>;

export type Kind = keyof typeof FAULTS;
export const KINDS = Object.keys(FAULTS) as Kind[];

export const isOf = (kind: Kind, form: FormName): boolean => (FAULTS[kind].forms as readonly FormName[]).includes(form);
