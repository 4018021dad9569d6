import { expect, test } from 'vitest';
import { toWebhookLine } from './webhook-line.ts';

const base = { url: 'http://127.0.0.1:8080/webhooks/whatsapp', lastStatus: null, lastError: null, pending: 0 };

test.each([
  [{ ...base, url: null }, 'bad', 'No server connected'],
  [base, 'good', 'Connected to your server'],
  [{ ...base, pending: 1 }, 'busy', 'Delivering 1 event to your server'],
  [{ ...base, lastStatus: 200 }, 'good', 'Delivered to your server'],
  [{ ...base, lastStatus: 200, pending: 3 }, 'busy', 'Delivering 3 events to your server'],
  [{ ...base, lastStatus: 401, pending: 2 }, 'bad', 'Your server answered 401 – retrying 2 events'],
  [{ ...base, lastStatus: 418 }, 'bad', 'Your server answered 418'],
  [{ ...base, lastError: 'ECONNREFUSED', pending: 1 }, 'bad', 'Your server did not answer – retrying 1 event'],
])('%j is said as a %s line', (webhook, tone, text) => {
  expect(toWebhookLine(webhook)).toMatchObject({ tone, text });
});

test('whatever is wrong comes with what to do', () => {
  for (const lastStatus of [400, 401, 403, 404, 413, 500, 503])
    expect(toWebhookLine({ ...base, lastStatus }).next).toBeTruthy();
  expect(toWebhookLine({ ...base, url: null }).next).toBeTruthy();
});
