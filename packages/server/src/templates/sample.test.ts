import type { CallOutcome, Upload } from '@wharf/whatsapp';
import { expect, test } from 'vitest';
import { type SampleOptions, uploadSample } from './sample.ts';

const PNG: Upload = { bytes: new Uint8Array([1, 2]), mimeType: 'image/png', filename: 'a.png' };
const failure = { code: 190, httpStatus: 400, advice: 'Renew the token.', error: { code: 190, message: 'expired' } };

function make(file: Awaited<ReturnType<SampleOptions['readFile']>>, answer?: CallOutcome<{ handle: string }>) {
  const asked: unknown[] = [];
  const options: SampleOptions = {
    readFile: async (wanted) => (asked.push(wanted), file),
    graph: {
      uploadHandle: async (...call) => (asked.push(call), answer ?? { kind: 'ok', value: { handle: '4::x' } }),
    },
  };
  return { asked, ask: () => uploadSample(options, { workspaceId: 'main', mediaId: 'med_1' }) };
}

test('a file becomes the handle of an example, under the app of the token', async () => {
  const { asked, ask } = make(PNG);
  expect(await ask()).toEqual({ ok: true, replayed: false, handle: '4::x' });
  expect(asked).toEqual([{ workspaceId: 'main', id: 'med_1', maxBytes: 16 << 20 }, ['app', PNG]]);
});

test.each<[string, Parameters<typeof make>, object, number]>([
  ['that is not here', [null], { status: 404, code: 'media_unknown' }, 1],
  ['that is too large', ['too-large'], { status: 422, code: 'media_invalid', errors: [{ field: 'mediaId' }] }, 1],
  [
    'of another type, before Meta is asked',
    [{ ...PNG, mimeType: 'image/webp' }],
    {
      status: 422,
      code: 'media_invalid',
      errors: [{ field: 'mediaId', message: expect.stringMatching(/image\/webp.*PNG/) }],
    },
    1,
  ],
  [
    'that Meta refuses, in its words',
    [PNG, { kind: 'channel', ...failure }],
    { status: 422, code: 'meta_refused', detail: expect.stringContaining('expired') },
    2,
  ],
  [
    'while Meta is away',
    [PNG, { kind: 'transient', ...failure, httpStatus: null }],
    { status: 502, code: 'meta_unavailable' },
    2,
  ],
])('a file %s becomes none', async (_name, given, problem, calls) => {
  const { asked, ask } = make(...given);
  expect(await ask()).toMatchObject({ ok: false, problem });
  expect(asked).toHaveLength(calls);
});
