import { makeGraphClient } from '@wharf/whatsapp';
import { expect, test } from 'vitest';
import { token, withScene } from '../testing.ts';

test('the client of an app without its id uploads an example file: `app` is the app of the token', async () => {
  await withScene({}, async ({ emulator }) => {
    const client = makeGraphClient({ baseUrl: emulator.url, accessToken: token });
    const file = { bytes: new Uint8Array([137, 80, 78, 71]), mimeType: 'image/png', filename: 'a b.png' };
    const first = await client.uploadHandle('app', file);
    expect(first).toEqual({ kind: 'ok', value: { handle: expect.stringMatching(/^4::/) } });
    expect((await client.uploadHandle('999', file)).kind).not.toBe('ok');
    const stranger = makeGraphClient({ baseUrl: emulator.url, accessToken: 'wrong' });
    expect((await stranger.uploadHandle('app', file)).kind).not.toBe('ok');
  });
});
