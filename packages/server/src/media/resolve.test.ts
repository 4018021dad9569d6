import type { CallOutcome, OutgoingMessage, Upload } from '@wharf/whatsapp';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { makeGate, turns } from '../kit/fixtures/rig.ts';
import { checkMediaRefs } from './check-refs.ts';
import { type Desk, openDesk, PDF, PNG, toDigest } from './fixtures/desk.ts';
import { makeResolver } from './resolve.ts';

let desk: Desk;
beforeAll(async () => void (desk = await openDesk()));
afterAll(() => desk[Symbol.asyncDispose]());
beforeEach(() => desk.clear());

const channel = { id: 'chn_1', workspaceId: 'main' };
async function keep(id: string, bytes: Uint8Array, type: string, more: Record<string, string> = {}): Promise<void> {
  const sha256 = toDigest(bytes);
  await desk.blobs.put({ workspaceId: 'main', sha256 }, { bytes });
  await desk.insert({
    id,
    state: 'stored',
    content_sha256: sha256,
    sniffed_type: type,
    stored_bytes: bytes.length,
    ...more,
  });
}

type Answer = CallOutcome<{ id: string }> | Promise<CallOutcome<{ id: string }>> | null;
function make(answer: (n: number) => Answer = (n) => ({ kind: 'ok', value: { id: `meta-${n}` } })) {
  const uploads: (Upload & { channelId: string })[] = [];
  const resolver = makeResolver({
    ...desk,
    upload: (channelId, file) => {
      uploads.push({ ...file, channelId });
      return Promise.resolve(answer(uploads.length));
    },
  });
  return { resolver, uploads };
}
const image = (id: string): OutgoingMessage => ({ type: 'image', image: { id, caption: 'x' } });

describe('resolving', () => {
  test('puts the provider’s id in place of ours, uploading under what the content shows', async () => {
    await keep('med_1', PNG, 'image/png', { filename: '../a.png', mime_type: 'text/html' });
    const { resolver, uploads } = make();
    expect(await resolver.resolve(channel, image('med_1'))).toEqual({ ok: true, message: image('meta-1') });
    expect(uploads).toEqual([{ channelId: 'chn_1', bytes: PNG, mimeType: 'image/png', filename: '_a.png' }]);
  });

  test('leaves messages without files of ours as they are, without asking anybody', async () => {
    const { resolver, uploads } = make();
    for (const message of [
      image('4490709327384033'),
      { type: 'image', image: { link: 'https://a/b' } },
      { type: 'text', text: { body: 'med_1' } },
    ] as OutgoingMessage[])
      expect(await resolver.resolve(channel, message)).toEqual({ ok: true, message });
    expect(uploads).toEqual([]);
  });

  test('uploads a file once for each channel until its id ends there, the same content under two ids too', async () => {
    await keep('med_1', PNG, 'image/png');
    await keep('med_2', PNG, 'image/png');
    const { resolver, uploads } = make();
    const sent = async (id: string, on = channel) => {
      const resolved = await resolver.resolve(on, image(id));
      return resolved.ok ? JSON.stringify(resolved.message) : 'failed';
    };
    expect(await sent('med_1')).toContain('meta-1');
    expect(await sent('med_2')).toContain('meta-1');
    expect(await sent('med_1', { ...channel, id: 'chn_2' })).toContain('meta-2');
    desk.clock.advance(29 * 86_400_000 - 1);
    expect(await sent('med_1')).toContain('meta-1');
    desk.clock.advance(1);
    expect(await sent('med_1')).toContain('meta-3');
    expect(uploads).toHaveLength(3);
  });

  test('of a thousand messages at once uploads once', async () => {
    await keep('med_1', PNG, 'image/png');
    const gate = makeGate<CallOutcome<{ id: string }>>();
    const { resolver, uploads } = make(() => gate.promise);
    const all = Promise.all(Array.from({ length: 200 }, () => resolver.resolve(channel, image('med_1'))));
    while (uploads.length === 0) await turns(1);
    await turns(50);
    gate.open({ kind: 'ok', value: { id: 'meta-1' } });
    expect((await all).every((one) => one.ok)).toBe(true);
    expect(uploads).toHaveLength(1);
  });

  test('of several files in one message replaces each in its place', async () => {
    await keep('med_1', PNG, 'image/png');
    await keep('med_2', PDF, 'application/pdf');
    const message = (one: string, two: string) =>
      ({
        type: 'template',
        template: {
          name: 't',
          language: { code: 'en' },
          components: [
            { type: 'header', parameters: [{ type: 'document', document: { id: two } }] },
            {
              type: 'carousel',
              cards: [
                {
                  card_index: 0,
                  components: [{ type: 'header', parameters: [{ type: 'image', image: { id: one } }] }],
                },
              ],
            },
          ],
        },
      }) as OutgoingMessage;
    const { resolver } = make();
    expect(await resolver.resolve(channel, message('med_1', 'med_2'))).toEqual({
      ok: true,
      message: message('meta-2', 'meta-1'),
    });
  });

  test('that fails says why in the columns of any call, and where; nothing is remembered of it', async () => {
    await keep('med_1', PNG, 'image/png');
    const { resolver, uploads } = make((n) =>
      n === 1
        ? { kind: 'throttled', code: 130429, httpStatus: 400, waitMs: 5_000, advice: 'Wait.', error: { code: 130429 } }
        : { kind: 'ok', value: { id: 'meta' } },
    );
    expect(await resolver.resolve(channel, image('med_1'))).toMatchObject({
      ok: false,
      failure: { kind: 'throttled', waitMs: 5_000, field: 'image.id' },
    });
    expect(await resolver.resolve(channel, image('med_1'))).toEqual({ ok: true, message: image('meta') });
    expect(uploads).toHaveLength(2);
  });

  test.each<[string, string, string]>([
    ['another workspace', 'med_other', 'permanent'],
    ['nobody', 'med_9', 'permanent'],
    ['a deleted file', 'med_deleted', 'permanent'],
    ['a file that is still fetched', 'med_waiting', 'permanent'],
    ['bytes that are not where they should be', 'med_vanished', 'transient'],
  ])('of %s fails', async (_name, id, kind) => {
    await keep('med_other', PNG, 'image/png', { workspace_id: 'other' });
    await desk.insert({ id: 'med_deleted', state: 'deleted' });
    await desk.insert({ id: 'med_waiting' });
    await desk.insert({
      id: 'med_vanished',
      state: 'stored',
      content_sha256: 'c'.repeat(64),
      sniffed_type: 'image/png',
      stored_bytes: 1,
    });
    const { resolver, uploads } = make();
    expect(await resolver.resolve(channel, image(id))).toMatchObject({
      ok: false,
      failure: { kind, field: 'image.id' },
    });
    expect(uploads).toEqual([]);
  });

  test('on a channel that is not connected pauses it', async () => {
    await keep('med_1', PNG, 'image/png');
    expect(await make(() => null).resolver.resolve(channel, image('med_1'))).toMatchObject({
      ok: false,
      failure: { kind: 'channel' },
    });
  });
});

describe('references', () => {
  const check = (message: unknown) => checkMediaRefs(desk.db, 'main', message);

  test('to files that are there and fit pass', async () => {
    await keep('med_1', PNG, 'image/png');
    expect(await check(image('med_1'))).toEqual([]);
    expect(await check({ type: 'document', document: { id: 'med_1' } })).toEqual([]);
    expect(await check(image('4490709327384033'))).toEqual([]);
  });

  test('to files of nobody, of others, not stored or of the wrong kind are named with their place', async () => {
    await keep('med_1', PNG, 'image/png');
    await keep('med_other', PNG, 'image/png', { workspace_id: 'other' });
    await desk.insert({ id: 'med_waiting' });
    await desk.insert({ id: 'med_lost', state: 'lost' });
    await desk.insert({ id: 'med_deleted', state: 'deleted' });
    const problem = async (message: unknown) =>
      (await check(message)).map(({ field, message: text }) => `${field} ${text}`);
    expect(await problem(image('med_9'))).toEqual([
      expect.stringMatching(/^image\.id names no file of this workspace/),
    ]);
    expect(await problem(image('med_other'))).toEqual([expect.stringMatching(/names no file of this workspace/)]);
    expect(await problem(image('med_waiting'))).toEqual([expect.stringMatching(/still being fetched/)]);
    expect(await problem(image('med_lost'))).toEqual([expect.stringMatching(/could not be had/)]);
    expect(await problem(image('med_deleted'))).toEqual([expect.stringMatching(/was deleted/)]);
    expect(await problem({ type: 'audio', audio: { id: 'med_1', voice: true } })).toEqual([
      expect.stringMatching(/^audio\.id .*voice note/),
    ]);
    expect(
      await problem({ type: 'interactive', interactive: { header: { type: 'video', video: { id: 'med_1' } } } }),
    ).toEqual([expect.stringMatching(/^interactive\.header\.video\.id names a file that is image\/png/)]);
  });
});
