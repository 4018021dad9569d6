/** What a running Wharf holds and what it has said, so that both can be compared before and after an attack. */
import type { Site } from '../../support/site.ts';
import { PRIVATE } from './secrets.ts';

interface Page {
  readonly rows: number;
  /** Changes with any value of any row. */
  readonly digest: string;
}

/** By table. */
export type Books = ReadonlyMap<string, Page>;

/** Who leads and how far: they change by themselves. */
const OWN_LIFE: ReadonlySet<string> = new Set(['leases', 'workers', 'schema_migrations', 'migrations']);

const TABLES = `select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition order by 1`;

/** What Wharf asks Meta about a number by itself, whenever it is due, whatever an attacker does meanwhile. */
const OWN_COLUMNS: Readonly<Record<string, string>> = { channels: `to_jsonb(t) - array['learned', 'look_at']` };

const toPage = (table: string): string =>
  `select '${table}' as name, count(*)::int as rows,
     coalesce(sum(hashtextextended((${OWN_COLUMNS[table] ?? 't'})::text, 0)), 0)::text as digest from "${table}" t`;

export async function listTables(site: Pick<Site, 'rows'>): Promise<string[]> {
  const tables = await site.rows<{ name: string }>(TABLES);
  return tables.map(({ name }) => name).filter((name) => !OWN_LIFE.has(name));
}

export async function readBooks(site: Pick<Site, 'rows'>, tables: readonly string[]): Promise<Books> {
  const pages = await site.rows<Page & { name: string }>(tables.map(toPage).join(' union all '));
  return new Map(pages.map(({ name, rows, digest }) => [name, { rows, digest }]));
}

/** How many rows more than before, or `any`: rows may come, go and change. */
export type Stored = Readonly<Record<string, number | 'any'>>;

/** Where the books differ from what may be stored, in words. */
export function findUnbooked(before: Books, after: Books, stored: Stored): string[] {
  return [...after].flatMap(([table, page]) => {
    const was = before.get(table) ?? { rows: 0, digest: '0' };
    const allowed = stored[table];
    if (allowed === 'any') return [];
    const more = page.rows - was.rows;
    if (allowed !== undefined) return more === allowed ? [] : [`${table}: ${more} rows more instead of ${allowed}`];
    return page.digest === was.digest ? [] : [`${table}: changed (${more} rows more)`];
  });
}

/** Raw characters that move a terminal's cursor or begin a line of their own; a line's end is the writer's. */
const RAW = /[^\P{Cc}\n\t]|[\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;
const ERROR = 50;

/** What is wrong with log lines: private things, raw control characters, no log line at all, or one not expected. */
export function findLeaks(lines: string, expected: readonly string[]): string[] {
  return lines
    .split('\n')
    .filter((line) => line !== '')
    .flatMap((line) => {
      const found = PRIVATE.exec(line)?.[0];
      if (found !== undefined) return [`the log says ${found}: ${line.slice(0, 300)}`];
      if (RAW.test(line)) return [`raw control characters: ${JSON.stringify(line.slice(0, 300))}`];
      return findUnexpected(line, expected);
    });
}

function findUnexpected(line: string, expected: readonly string[]): string[] {
  // The words of a start and a stop, for people.
  if (/^ {2}\S/.test(line)) return [];
  const { level, msg } = parseLine(line);
  if (level === null) return [`not a log line: ${line.slice(0, 300)}`];
  if (expected.includes(msg)) return [];
  return level >= ERROR || !isRoutine(msg) ? [`not expected: ${line.slice(0, 600)}`] : [];
}

function parseLine(line: string): { level: number | null; msg: string } {
  try {
    const { level, msg } = JSON.parse(line) as { level?: unknown; msg?: unknown };
    return typeof level === 'number' && typeof msg === 'string' ? { level, msg } : { level: null, msg: '' };
  } catch {
    return { level: null, msg: '' };
  }
}

/** Said in passing: refusals (throttled), and what a case that starts Wharf anew brings along. */
const ROUTINE: ReadonlySet<string> = new Set(['delivery.refused', 'postgres.stopped', 'postgres.started']);
const isRoutine = (msg: string): boolean => ROUTINE.has(msg);
