import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { graph, numberId, says, sendText, updatesOf, wabaId, withScene } from './testing.ts';

async function withStateFile(run: (stateFile: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'emulator-'));
  await run(join(folder, 'data', 'state.json'));
  await rm(folder, { recursive: true });
}

test('people, messages, ticks, media and the window survive a restart', async () => {
  await withStateFile(async (stateFile) => {
    const kept = { mediaUrl: '', inbox: [] as unknown[] };
    await withScene({ stateFile }, async ({ emulator, finish }) => {
      emulator.addPerson({ id: 'eve', name: 'Eve', phone: '15551230001' });
      const file = { base64: 'AAEC', mimeType: 'image/png' };
      kept.mediaUrl = emulator.send({ personId: 'eve', numberId, body: { type: 'image', file } }).mediaUrl ?? '';
      await sendText(emulator, { to: '15551230001' }, 'thanks');
      await finish();
      kept.inbox = JSON.parse(JSON.stringify(emulator.inbox('eve'))) as unknown[];
    });
    await withScene({ stateFile }, async ({ emulator, receiver, finish }) => {
      await finish();
      expect(receiver.all).toHaveLength(0);
      expect(emulator.inbox('eve')).toEqual(kept.inbox);
      const state = (await (await fetch(`${emulator.phoneUrl}api/state`)).json()) as {
        messages: unknown[];
        people: unknown[];
      };
      expect(state.messages).toMatchObject([{ direction: 'out', ticks: 'delivered' }, { direction: 'in' }]);
      expect(state.people).toHaveLength(5);
      const bytes = await (await fetch(new URL(kept.mediaUrl, emulator.url))).arrayBuffer();
      expect([...new Uint8Array(bytes)]).toEqual([0, 1, 2]);
      expect((await sendText(emulator, { to: '15551230001' })).status).toBe(200);
    });
  });
});

test('ids do not repeat after a restart with the same seed', async () => {
  await withStateFile(async (stateFile) => {
    const ids: string[] = [];
    for (let start = 0; start < 3; start++) {
      await withScene({ stateFile, seed: 5 }, async ({ emulator, finish }) => {
        ids.push(emulator.send(says('ana')).id);
        await finish();
      });
    }
    expect(new Set(ids).size).toBe(3);
  });
});

test('a message no webhook had taken is posted again after a restart', async () => {
  await withStateFile(async (stateFile) => {
    let id = '';
    await withScene({ stateFile }, async ({ emulator, receiver }) => {
      receiver.nextStatuses.push(503);
      id = emulator.send(says('ana')).id;
      await emulator.quiet();
    });
    await withScene({ stateFile }, async ({ receiver, finish }) => {
      await finish();
      expect(updatesOf(receiver.taken, 'messages')).toMatchObject([{ id }]);
    });
  });
});

test('it is written soon after a change, whole, without waiting for the end', async () => {
  await withStateFile(async (stateFile) => {
    await withScene({ stateFile }, async ({ emulator, clock }) => {
      const { id } = emulator.send(says('ana', 'Olá'));
      clock.advance(250);
      await expect.poll(async () => (await readFile(stateFile, 'utf8')).includes(id)).toBe(true);
      const saved = JSON.parse(await readFile(stateFile, 'utf8')) as { version: number; messages: unknown[] };
      expect(saved).toMatchObject({ version: 1, epoch: 1, messages: [{ id, body: { text: { body: 'Olá' } } }] });
    });
  });
});

test('what waits for an offline phone waits across a restart', async () => {
  await withStateFile(async (stateFile) => {
    await withScene({ stateFile }, async ({ emulator, finish }) => {
      emulator.send(says('ana'));
      emulator.updatePerson('ana', { online: false });
      await sendText(emulator, { to: '5511999990001' }, 'later');
      await finish();
    });
    await withScene({ stateFile }, async ({ emulator, receiver, finish }) => {
      emulator.updatePerson('ana', { online: true });
      await finish();
      expect(emulator.inbox('ana')).toMatchObject([{ body: { text: { body: 'later' } } }]);
      expect(updatesOf(receiver.taken, 'statuses').map(({ status }) => status)).toEqual(['delivered', 'read']);
      expect((await graph(emulator, `/${numberId}`)).status).toBe(200);
    });
  });
});

test('templates, decisions about the account and what was under way at Meta survive a restart', async () => {
  await withStateFile(async (stateFile) => {
    let startedAt = 0;
    const kept = { id: '', late: '' };
    await withScene({ stateFile }, async ({ emulator, finish, clock }) => {
      startedAt = clock.now();
      const create = async (name: string): Promise<string> => {
        const components = [{ type: 'body', text: 'Your order left us today.' }];
        const json = { name, language: 'en_US', category: 'UTILITY', components };
        return String((await graph(emulator, `/${wabaId}/message_templates`, { json })).body.id);
      };
      kept.id = await create('kept');
      kept.late = await create('late');
      emulator.setTemplate(kept.id, { status: 'APPROVED', quality: 'RED' });
      await graph(emulator, `/${wabaId}/message_templates?name=hello_world`, { method: 'DELETE' });
      emulator.setAccount({ tier: 'TIER_250', paymentProblem: true });
      emulator.setNumber(numberId, { messagesPerSecond: 1_000 });
      emulator.updatePerson('ana', { blocked: true });
      await finish();
    });
    await withScene({ stateFile }, async ({ emulator, clock }) => {
      expect(clock.now()).toBe(startedAt);
      const statuses = (): (string | undefined)[] =>
        [kept.id, kept.late].map((id) => emulator.templates().find((each) => each.id === id)?.status);
      expect(statuses()).toEqual(['PAUSED', 'PENDING']);
      expect(emulator.templates().some(({ name }) => name === 'hello_world')).toBe(false);
      expect(emulator.setAccount({})).toMatchObject({ tier: 'TIER_250', paymentProblem: true });
      expect(emulator.setNumber(numberId, {})).toMatchObject({ messagesPerSecond: 1_000 });
      expect(emulator.updatePerson('ana', {}).blocked).toBe(true);
      clock.advance(3_000);
      expect(statuses()).toEqual(['PAUSED', 'APPROVED']);
      clock.advance(3 * 3_600_000);
      expect(statuses()).toEqual(['APPROVED', 'APPROVED']);
    });
  });
});

test('a file of an older version has the templates every account begins with', async () => {
  await withStateFile(async (stateFile) => {
    await withScene({ stateFile }, ({ finish }) => finish());
    const {
      templates: _,
      account: __,
      numberStates: ___,
      ...older
    } = JSON.parse(await readFile(stateFile, 'utf8')) as Record<string, unknown>;
    await writeFile(stateFile, JSON.stringify(older));
    await withScene({ stateFile }, async ({ emulator }) => {
      expect(emulator.templates()).toHaveLength(9);
      expect((await graph(emulator, `/${numberId}`)).status).toBe(200);
    });
  });
});

test.each([['{"version":1'], ['[]'], ['null'], ['{"version":2,"people":[],"messages":[]}']])(
  'a damaged file (%s) stops the start and is left as it is',
  async (text) => {
    const folder = await mkdtemp(join(tmpdir(), 'emulator-'));
    const stateFile = join(folder, 'state.json');
    await writeFile(stateFile, text);
    await expect(withScene({ stateFile }, async () => undefined)).rejects.toThrow(
      /state\.json cannot be read\. Move it away/,
    );
    expect(await readFile(stateFile, 'utf8')).toBe(text);
    await rm(folder, { recursive: true });
  },
);
