import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { NUMBER, openWhole, type Whole } from './fixtures/whole.ts';

let whole: Whole;
beforeAll(async () => void (whole = await openWhole()));
afterAll(() => whole.close());

const json = (body: object, headers: Record<string, string> = {}): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
});

describe('A message over Meta’s own API', () => {
  test('reaches the phone, and the answer is Meta’s', async () => {
    const { person } = await whole.meet();
    const to = `+${person.phone}`;
    const startedAt = performance.now();
    const answer = await whole.graph(
      `/v26.0/${NUMBER}/messages`,
      json({ messaging_product: 'whatsapp', to, type: 'text', text: { body: 'hi' } }),
    );
    console.log(performance.now() - startedAt, answer);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      messaging_product: 'whatsapp',
      contacts: [{ input: to, wa_id: person.phone }],
      messages: [{ id: expect.stringMatching(/^wamid\./) }],
    });
    expect(whole.emulator.inbox(person.id).map((one) => one.body)).toContainEqual({
      type: 'text',
      text: { body: 'hi' },
    });
  });
});
