import { expect, test } from 'vitest';
import { changeChannel, makeDirectory, pauseChannel } from '#channels';
import { makeStarted } from '#kit';
import { ensureChannels } from './house.ts';
import { makeTestClock, makeTestLog, openStore } from './kit/fixtures/rig.ts';

test('what others change about a channel is known here within two seconds', async () => {
  await using store = await openStore();
  await store.rows(`insert into workspaces (id, name) values ('main', 'Main') on conflict do nothing`);
  const [clock, log] = [makeTestClock(), makeTestLog()];
  const started = makeStarted(log);
  const directory = makeDirectory({ db: store.db, clock, workspaceId: 'main' });
  const meta = {
    appSecrets: [],
    verifyToken: '',
    accessToken: '',
    phoneNumberId: '106',
    accountId: null,
    graphUrl: '',
  };
  await ensureChannels({ clock, log, started, directory, meta, isEmulated: false, whapi: null, db: store.db });
  const [channel] = directory.list();
  expect(channel).toMatchObject({ externalId: '106', state: 'active', tier: null });
  await changeChannel(store.db, channel?.id ?? '', { tier: 250 });
  await pauseChannel(store.db, channel?.id ?? '', 'by hand');
  await store.rows(
    `insert into channels (id, workspace_id, provider, external_id, name) values ('chn_new', 'main', 'meta', '107', 'New')`,
  );
  clock.advance(2_000);
  while (directory.get('chn_new') === null) await store.rows('select 1');
  expect(directory.get('chn_new')).toMatchObject({ externalId: '107' });
  expect(directory.get(channel?.id ?? '')).toMatchObject({ state: 'paused', tier: 250 });
  await started.stopAll();
});
