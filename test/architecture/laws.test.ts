import { dirname, join } from 'node:path/posix';
import { describe, expect, test } from 'vitest';
import { isTest, readSources, type Source } from './sources.ts';

const sources = readSources();
const server = sources.filter((source) => source.path.startsWith('packages/server/src/') && !isTest(source.path));

/** `packages/server/src/outbox/queue.ts` → `outbox`; files directly in `src/` compose rooms and belong to none. */
function roomOf(source: Source): string | null {
  const parts = source.path.split('/').slice(3);
  return parts.length > 1 ? (parts[0] ?? null) : null;
}

const offenders = (list: readonly Source[], isWrong: (source: Source) => string | undefined): string[] =>
  list.flatMap((source) => {
    const wrong = isWrong(source);
    return wrong === undefined ? [] : [`${source.path}: ${wrong}`];
  });

describe('The four laws', () => {
  test('the check sees the sources it judges', () => {
    expect(server.length).toBeGreaterThan(60);
    expect(new Set(server.map(roomOf)).size).toBeGreaterThan(9);
    expect(sources.filter((source) => source.imports.length > 0).length).toBeGreaterThan(150);
  });

  test('1. rooms do not import rooms: what a room needs arrives as a function, handed over in src/*.ts', () => {
    const rooms = server.filter((source) => roomOf(source) !== null);
    const isOwn = (source: Source, name: string) => name === '#kit' || name === `#${roomOf(source)}`;
    expect(
      offenders(rooms, (source) => source.imports.find((name) => name.startsWith('#') && !isOwn(source, name))),
    ).toEqual([]);
  });

  test('2. one door: a room is entered by its index.ts, reached as #room', () => {
    const leaves = (source: Source, name: string) =>
      name.startsWith('.') &&
      roomOf(source) !== null &&
      !join(dirname(source.path), name).startsWith(`packages/server/src/${roomOf(source)}/`);
    const enters = (source: Source, name: string) => roomOf(source) === null && /^\.\/[^/]+\//.test(name);
    expect(
      offenders(server, (source) => source.imports.find((name) => leaves(source, name) || enters(source, name))),
    ).toEqual([]);
  });

  test('2b. every door says what comes in, what goes out and what the room never does', () => {
    const doors = server.filter((source) => /^packages\/server\/src\/[^/]+\/index\.ts$/.test(source.path));
    expect(doors.length).toBeGreaterThan(8);
    expect(
      offenders(doors, (source) =>
        /^\/\*\*[\s\S]*?\b[Nn]ever\b[\s\S]*?\*\//.test(source.text) ? undefined : 'begin with a paragraph in /** */',
      ),
    ).toEqual([]);
  });

  test('3. pure parts are pure: no clock, chance or I/O; time and ids come in as values', () => {
    const PURE = [
      /^packages\/whatsapp\/src\/(inbound|webhook|outbound|errors)\//,
      /^packages\/server\/src\/reactions\/(query|compose|context)\.ts$/,
      /^packages\/server\/src\/outbox\/(policy|pacing|outcome|queue)\.ts$/,
      /^packages\/server\/src\/ledger\/(lattice|text)\.ts$/,
      /^packages\/server\/src\/templates\/(accounts|apply|content|decide|edit-rules|news)\.ts$/,
      /^packages\/server\/src\/places\//,
      /^packages\/server\/src\/consent\/(words|keywords|hear|decide|frequency|record)\.ts$/,
      /^packages\/emulator\/src\/rules\//,
    ];
    const pure = sources.filter(
      (source) =>
        PURE.some((pattern) => pattern.test(source.path)) &&
        !isTest(source.path) &&
        !source.path.endsWith('write-doc.ts'),
    );
    expect(pure.length).toBeGreaterThan(40);
    const impure =
      /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bsetTimeout\(|\bsetInterval\(|\bfetch\(|\bprocess\.|\brandomBytes\(|\brandomUUID\(|from 'node:(fs|net|http|https|dns|child_process|timers)/;
    expect(offenders(pure, (source) => impure.exec(source.text)?.[0])).toEqual([]);
  });

  test('4. one way: the whatsapp package knows nothing of Wharf, the kit nothing of WhatsApp', () => {
    const whatsapp = sources.filter((source) => source.path.startsWith('packages/whatsapp/src/'));
    expect(
      offenders(whatsapp, (source) =>
        source.imports.find((name) => name.startsWith('@wharf/') && name !== '@wharf/whatsapp'),
      ),
    ).toEqual([]);
    const kit = server.filter((source) => roomOf(source) === 'kit');
    expect(
      offenders(kit, (source) =>
        source.imports.find((name) => name.startsWith('@wharf/') || (name.startsWith('#') && name !== '#kit')),
      ),
    ).toEqual([]);
  });
});

describe('House rules', () => {
  test('no file is longer than 350 lines: split it, or make it a table', () => {
    expect(offenders(sources, (source) => (source.lines > 351 ? `${source.lines} lines` : undefined))).toEqual([]);
  });

  test('pipeline.ts stays the file a newcomer reads first', () => {
    const pipeline = server.find((source) => source.path.endsWith('src/pipeline.ts'));
    expect(pipeline?.lines).toBeLessThan(100);
  });

  test('only main.ts hands over the environment, and only config.ts reads it', () => {
    // A child process gets the parent's PATH and locale.
    const allowed = ['packages/server/src/main.ts', 'packages/server/src/postgres/programs.ts'];
    expect(
      offenders(server, (source) =>
        !allowed.includes(source.path) && /\bprocess\.env\b/.test(source.text) ? 'reads process.env' : undefined,
      ),
    ).toEqual([]);
  });

  test('SQL stands in named statements', () => {
    const raw = server.filter((source) => !source.path.includes('/kit/') && !source.path.includes('/postgres/'));
    expect(offenders(raw, (source) => /\.query\(\s*[`'"]/.exec(source.text)?.[0])).toEqual([]);
  });

  test('no test waits on the wall clock', () => {
    const tests = sources.filter(
      (source) =>
        source.path.endsWith('.test.ts') &&
        !source.path.startsWith('test/system/') &&
        !source.path.includes('/postgres/'),
    );
    expect(tests.length).toBeGreaterThan(40);
    expect(
      offenders(
        tests,
        (source) => /await new Promise\(\s*\(?\w*\)?\s*=>\s*setTimeout|\bsleep\(/.exec(source.text)?.[0],
      ),
    ).toEqual([]);
  });
});
