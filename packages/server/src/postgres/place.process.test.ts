import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { makeScratch, query } from './fixtures/scratch.ts';
import { isRoot } from './account.ts';
import { choosePlace } from './place.ts';

const scratch = makeScratch();
afterAll(scratch.clear);

/** Like root's home: others may not enter. */
function makeHiddenFolder(): string {
  const home = scratch.makeFolder();
  chmodSync(home, 0o700);
  const dataDir = join(home, 'data');
  mkdirSync(dataDir);
  return dataDir;
}

describe.runIf(isRoot())('as root, with data where PostgreSQL may not go', () => {
  const dataDir = makeHiddenFolder();
  const systemDir = join(scratch.makeFolder(), 'wharf');

  test('the database goes to the system folder, says so, and is found again', async () => {
    const first = await scratch.start({ dataDir, systemDir });
    expect(first.dataDir).toMatch(new RegExp(`^${systemDir}/[0-9a-f]{8}/postgres$`));
    expect(first.lines.at(-1)?.fields).toMatchObject({ data: first.dataDir, relocated: true });
    await query(first.url, 'create table kept as select 42 as answer');
    await first.stop();
    const second = await scratch.start({ dataDir, systemDir });
    expect(await query(second.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
    await second.stop();
  });

  test('it stays there when the data folder is moved or opened later', () => {
    const place = choosePlace({ dataDir, systemDir });
    const moved = join(scratch.makeFolder(), 'moved');
    renameSync(dataDir, moved);
    expect(choosePlace({ dataDir: moved, systemDir })).toEqual(place);
    renameSync(moved, dataDir);
    chmodSync(join(dataDir, '..'), 0o755);
    expect(choosePlace({ dataDir, systemDir })).toEqual(place);
  });

  test('a copy of the data folder may not use the same database at the same time', async () => {
    const copy = scratch.makeFolder();
    writeFileSync(join(copy, 'postgres.location'), readFileSync(join(dataDir, 'postgres.location')));
    const original = await scratch.start({ dataDir, systemDir });
    await expect(scratch.start({ dataDir: copy, systemDir })).rejects.toMatchObject({ problem: 'in-use' });
    await original.stop();
  });

  test('a database whose folder is gone is an error, not an empty database', () => {
    const { root } = choosePlace({ dataDir, systemDir });
    renameSync(root, `${root}.away`);
    expect(() => choosePlace({ dataDir, systemDir })).toThrow(/names .*, which is not there/);
    renameSync(`${root}.away`, root);
  });

  test.each(['/etc', '/var/lib/wharf/../../etc', '12345678'])(
    'a location file that names %s is not believed',
    (name) => {
      const other = scratch.makeFolder();
      writeFileSync(join(other, 'postgres.location'), name);
      expect(() => choosePlace({ dataDir: other, systemDir })).toThrow(/which is not there/);
    },
  );
});

describe.runIf(isRoot())('as root, with a database that is there already', () => {
  test('its owner runs it, whatever user a new one would get', () => {
    const dataDir = scratch.makeFolder();
    mkdirSync(join(dataDir, 'postgres'));
    expect(() => choosePlace({ dataDir, systemDir: '/nowhere' })).toThrow(
      /belongs to root, which PostgreSQL refuses: chown -R/,
    );
  });

  test('a folder closed later is named, and no second database is started elsewhere', async () => {
    const dataDir = scratch.makeFolder();
    await (await scratch.start({ dataDir })).stop();
    chmodSync(dataDir, 0o700);
    await expect(scratch.start({ dataDir })).rejects.toMatchObject({
      problem: 'unreachable',
      message: expect.stringContaining('chmod o+x'),
    });
  });
});

test('a first start that was killed half-way is cleared away and begun again', async () => {
  const dataDir = scratch.makeFolder();
  mkdirSync(join(dataDir, 'postgres.new-1234abcd'));
  writeFileSync(join(dataDir, 'postgres.new-1234abcd', 'PG_VERSION'), '18\n');
  writeFileSync(join(dataDir, 'postgres.new-1234abcd.password'), 'half', { mode: 0o600 });
  const server = await scratch.start({ dataDir });
  expect(() => statSync(join(dataDir, 'postgres.new-1234abcd'))).toThrow('ENOENT');
  await server.stop();
  rmSync(join(dataDir, 'postgres-password'));
  await expect(scratch.start({ dataDir })).rejects.toMatchObject({ problem: 'password' });
});
