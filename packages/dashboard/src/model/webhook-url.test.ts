import { expect, test } from 'vitest';
import { isReachableOrigin, toWebhookUrl } from './webhook-url.ts';

test('Meta posts to one address for all numbers, Whapi to one per channel', () => {
  expect(toWebhookUrl('https://w.example', { provider: 'meta', externalId: '106' })).toBe(
    'https://w.example/webhooks/whatsapp',
  );
  expect(toWebhookUrl('https://w.example', { provider: 'whapi', externalId: 'A/B' })).toBe(
    'https://w.example/webhooks/whapi/A%2FB',
  );
});

test.each([
  ['https://wharf.example', true],
  ['http://wharf.example', false],
  ['https://localhost:8080', false],
  ['https://127.0.0.1', false],
  ['https://172.20.0.4', false],
  ['https://172.32.0.4', true],
  ['https://[::1]:8080', false],
])('%s can be reached by a provider: %s', (origin, reachable) => {
  expect(isReachableOrigin(origin)).toBe(reachable);
});
