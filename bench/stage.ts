import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Child, startChild } from './child.ts';

/** Everything a run needs, and everything it has to put away: processes by their ids, last started first, and files. */
export interface Stage {
  readonly folder: string;
  readonly secret: string;
  readonly ceiling: Child<{ port: number }>;
  readonly graph: Child<{ port: number }>;
  readonly load: Child<object>;
  /** Starts a file of the bench as a process that ends with the stage; `file` is relative to this folder. */
  start<R>(file: string, args?: string[]): Promise<Child<R>>;
  /** To be called at the end, whatever the end is. */
  onEnd(end: () => Promise<void>): void;
  close(): Promise<void>;
  /** True once a signal has asked for the end: what fails from then on fails for that reason. */
  readonly interrupted: boolean;
}

/** Where PostgreSQL's files went when its user could not enter the data folder; see `packages/server/src/postgres`. */
function findRelocated(folder: string): string[] {
  const files = readdirSync(folder).map((name) => join(folder, name, 'postgres.location'));
  return files.filter((file) => existsSync(file)).map((file) => readFileSync(file, 'utf8').trim());
}

function removeFiles(folder: string): void {
  for (const path of [...findRelocated(folder), folder]) rmSync(path, { recursive: true, force: true });
}

export async function openStage(parent: string = tmpdir()): Promise<Stage> {
  const folder = mkdtempSync(join(parent, 'wharf-bench-'));
  chmodSync(folder, 0o755);
  const ends: (() => Promise<void>)[] = [];
  let closing: Promise<void> | null = null;
  let interrupted = false;

  async function closeAll(): Promise<void> {
    for (const end of ends.toReversed()) await end().catch((error: unknown) => console.error(error));
    removeFiles(folder);
  }
  const close = (): Promise<void> => (closing ??= closeAll());
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      interrupted = true;
      console.error(`\n${signal}: stopping what the bench started …`);
      void close().then(() => process.exit(130));
    });
  }

  async function start<R>(file: string, args: string[] = []): Promise<Child<R>> {
    const child = await startChild<R>(file, args);
    ends.push(() => child.stop());
    return child;
  }
  const secret = randomBytes(16).toString('hex');
  try {
    const ceiling = await start<{ port: number }>('./ceiling-server.ts', [secret]);
    const graph = await start<{ port: number }>('./graph-server.ts');
    const load = await start<object>('./load-process.ts');
    return {
      folder,
      secret,
      ceiling,
      graph,
      load,
      start,
      onEnd: (end) => void ends.push(end),
      close,
      get interrupted() {
        return interrupted;
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}
