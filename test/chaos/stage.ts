import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Guard, makeGuard } from './own.ts';

/** A run's folder, and everything that it has to put away: last started, first ended, also on Ctrl-C. */
export interface Stage {
  readonly folder: string;
  readonly guard: Guard;
  onEnd(what: string, end: () => unknown): void;
  /** Ends what was started since `mark`. */
  endSince(mark: number): Promise<void>;
  readonly mark: number;
  /** @param keepFiles for somebody to look at */
  close(keepFiles: boolean): Promise<void>;
  readonly interrupted: boolean;
}

interface End {
  readonly what: string;
  readonly end: () => unknown;
}

/** Where PostgreSQL's files went when its user could not enter the data folder; see `packages/server/src/postgres`. */
function findRelocated(folder: string): string[] {
  const files = readdirSync(folder).map((name) => join(folder, name, 'postgres.location'));
  return files.filter((file) => existsSync(file)).map((file) => readFileSync(file, 'utf8').trim());
}

export function openStage(parent: string = tmpdir()): Stage {
  const folder = realpathSync(mkdtempSync(join(parent, 'wharf-chaos-')));
  // Run by root, PostgreSQL is another user, who must be able to enter the folder.
  chmodSync(folder, 0o711);
  const ends: End[] = [];
  let interrupted = false;
  let closing: Promise<void> | null = null;

  async function endSince(mark: number): Promise<void> {
    while (ends.length > mark) {
      const last = ends.pop();
      try {
        await last?.end();
      } catch (error) {
        console.error(`${last?.what ?? 'something'} did not end well:`, error);
      }
    }
  }
  async function closeAll(keepFiles: boolean): Promise<void> {
    await endSince(0);
    if (!keepFiles)
      for (const path of [...findRelocated(folder), folder])
        rmSync(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
  const close = (keepFiles: boolean): Promise<void> => (closing ??= closeAll(keepFiles));
  async function leave(keepFiles: boolean, code: number): Promise<never> {
    await close(keepFiles);
    process.exit(code);
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => {
      interrupted = true;
      console.error(`\n${signal}: ending what was started …`);
      void leave(false, 130);
    });
  // A bug of this program must not leave processes, stopped ones among them, and mounts behind.
  for (const event of ['uncaughtException', 'unhandledRejection'] as const)
    process.once(event, (error: unknown) => {
      console.error(error);
      void leave(true, 1);
    });
  return {
    folder,
    guard: makeGuard(folder),
    onEnd: (what, end) => void ends.push({ what, end }),
    endSince,
    get mark() {
      return ends.length;
    },
    close,
    get interrupted() {
      return interrupted;
    },
  };
}
