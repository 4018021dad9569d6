import { describe, expect, test } from 'vitest';
import { composeBody } from './compose.ts';
import type { Update } from './update.ts';

const number = { id: '1', displayPhoneNumber: '15550001111', verifiedName: 'Own' };
const message = (id: string): Update => ({ numberId: '1', kind: 'message', body: { id } });
const event = (field: string, at: number): Update => ({ kind: 'event', field, body: { event: field }, at });

const compose = (updates: readonly Update[]): unknown =>
  composeBody({ wabaId: 'w', numbers: new Map([['1', number]]), updates, random: () => 1 }).entry;

describe('events among messages', () => {
  test('have a change of their own under an entry with its time; messages have none', () => {
    const updates = [message('a'), message('b'), event('x', 5_999), event('y', 5_000), event('z', 6_000), message('c')];
    const value = (...ids: string[]): unknown =>
      expect.objectContaining({ metadata: expect.anything(), messages: ids.map((id) => ({ id })) });
    expect(compose(updates)).toEqual([
      { id: 'w', changes: [{ field: 'messages', value: value('a', 'b') }] },
      {
        id: 'w',
        time: 5,
        changes: [
          { field: 'x', value: { event: 'x' } },
          { field: 'y', value: { event: 'y' } },
        ],
      },
      { id: 'w', time: 6, changes: [{ field: 'z', value: { event: 'z' } }] },
      { id: 'w', changes: [{ field: 'messages', value: value('c') }] },
    ]);
  });
});
