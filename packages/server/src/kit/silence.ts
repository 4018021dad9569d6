import pg from 'pg';

/**
 * Finds connections that died without a word: a router, balancer or proxy forgot them, and neither end is told. TCP would
 * wait for a quarter of an hour or for ever, and a time-out alone cannot tell them from a statement that takes its time. So
 * the server itself is asked, over a new connection: when it is not at work for the silent one, its answer was lost, or
 * our question.
 */
export interface SilenceWatch {
  /** Hands on `answer`, of a statement on this client, and watches while it is out. */
  over<T>(client: pg.PoolClient, answer: Promise<T>): Promise<T>;
  /** False: nothing was heard on it since another one was found dead. It may have died with that one. */
  isTrusted(client: pg.PoolClient): boolean;
}

export interface SilenceOptions {
  readonly url: string;
  readonly name: string;
  /** No answer for so long: the server is asked. */
  readonly silenceMs: number;
}

/** What of pg's client is not in its types. */
type Inner = pg.PoolClient & {
  readonly processID: number;
  readonly connection: { readonly stream: { destroy(error: Error): void } };
};

/** For what the server says, and for an answer of its that may be on the way. */
const ASKING_MS = 3_000;

const ASK = `select pg_backend_pid() as own, (select coalesce(state, 'unknown') from pg_stat_activity where pid = $1) as state`;

/** No such process. */
const GONE = 'gone';

/** True: the server is not at work for that process. False: it is, or nobody can tell (`disabled`: track_activities is off). */
async function isIdle({ url, name }: SilenceOptions, pid: number): Promise<boolean> {
  const client = new pg.Client({
    connectionString: url,
    application_name: `${name}-silence`,
    connectionTimeoutMillis: ASKING_MS,
    query_timeout: ASKING_MS,
  });
  // Its end is no news: whoever asks hears of it by the question that fails.
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ own: number; state: string | null }>(ASK, [pid]);
    // Behind a pooler the ids are not the server's: then it cannot be asked.
    const isTold = rows[0]?.own === (client as unknown as Inner).processID;
    const state = rows[0]?.state ?? GONE;
    return isTold && (state === GONE || state.startsWith('idle'));
  } catch {
    // Out of reach altogether, which others find out: nothing is known about this connection.
    return false;
  } finally {
    client.end().catch(() => undefined);
  }
}

interface Watched {
  out: number;
  /** Of the last answer, or of the first statement that is out. */
  heardAt: number;
  timer: NodeJS.Timeout | null;
}

export function makeSilenceWatch(options: SilenceOptions): SilenceWatch {
  const { silenceMs } = options;
  const all = new WeakMap<pg.PoolClient, Watched>();
  let lostAt = -Infinity;

  function arm(client: pg.PoolClient, watched: Watched, afterMs: number): void {
    watched.timer = setTimeout(() => void look(client, watched), afterMs).unref();
  }
  function rearm(client: pg.PoolClient, watched: Watched): void {
    if (watched.out > 0 && watched.timer === null) arm(client, watched, silenceMs);
  }
  const isSilent = (watched: Watched): boolean => watched.out > 0 && performance.now() - watched.heardAt >= silenceMs;

  async function look(client: pg.PoolClient, watched: Watched): Promise<void> {
    watched.timer = null;
    if (watched.out === 0) return;
    if (!isSilent(watched)) return arm(client, watched, watched.heardAt + silenceMs - performance.now());
    const { processID, connection } = client as Inner;
    const { heardAt } = watched;
    // Twice: between the two an answer that was on its way has arrived.
    const isLost =
      (await isIdle(options, processID)) && watched.heardAt === heardAt && (await isIdle(options, processID));
    if (!isLost || watched.heardAt !== heardAt || watched.out === 0) return rearm(client, watched);
    lostAt = performance.now();
    connection.stream.destroy(new Error('connection lost: the server does not work on what it was asked'));
  }
  function begin(client: pg.PoolClient): Watched {
    const watched = all.get(client) ?? { out: 0, heardAt: 0, timer: null };
    all.set(client, watched);
    if (watched.out++ === 0) watched.heardAt = performance.now();
    if (watched.timer === null) arm(client, watched, silenceMs);
    return watched;
  }
  return {
    isTrusted: (client) => (all.get(client)?.heardAt ?? Infinity) >= lostAt,
    async over(client, answer) {
      const watched = begin(client);
      try {
        return await answer;
      } finally {
        watched.out--;
        watched.heardAt = performance.now();
      }
    },
  };
}
