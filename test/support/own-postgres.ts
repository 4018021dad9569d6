import { chmodSync, lstatSync, mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '../../packages/server/src/postgres/index.ts';

export interface OwnPostgres {
  /** Of a database that belongs to nobody; see `cloneDatabase`. */
  readonly url: string;
  stop(): Promise<void>;
}

/** A real PostgreSQL for one run (about 0.8 s), with the settings it has in production, gone afterwards. */
export async function startOwnPostgres(): Promise<OwnPostgres> {
  const folder = realpathSync(tmpdir());
  removeLeftovers(folder);
  const dataDir = mkdtempSync(join(folder, `wharf-test-${process.pid}-`));
  // Run by root, PostgreSQL is another user, who must be able to enter the folder; what lies in it stays private.
  chmodSync(dataDir, 0o711);
  const postgres = await startEmbeddedPostgres({ dataDir, log: () => undefined });
  return {
    url: postgres.url,
    async stop() {
      await postgres.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** Of runs that were killed. Their PostgreSQL, should it still run, ends within a minute of losing its folder. */
function removeLeftovers(folder: string): void {
  for (const name of readdirSync(folder)) {
    const pid = Number(/^wharf-test-(\d+)-/.exec(name)?.[1]);
    const path = join(folder, name);
    if (Number.isNaN(pid) || !isGone(pid)) continue;
    if (lstatSync(path, { throwIfNoEntry: false })?.uid === process.getuid?.())
      rmSync(path, { recursive: true, force: true });
  }
}

function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ESRCH';
  }
}
