import { expect } from 'vitest';
import { attacks } from './rig/attack.ts';
import { sign, toText } from './rig/deliveries.ts';
import { MARK, SECRETS } from './rig/secrets.ts';

/** Only Whapi is configured: Meta's path is there, and has no secret. */
const CHANNEL = 'MANTIS-7ABCD';
const attack = attacks({
  env: {
    WHATSAPP_APP_SECRET: '',
    WHATSAPP_VERIFY_TOKEN: '',
    WHATSAPP_ACCESS_TOKEN: '',
    WHATSAPP_PHONE_NUMBER_ID: '',
    WHATSAPP_BUSINESS_ACCOUNT_ID: '',
    WHAPI_CHANNEL_ID: CHANNEL,
    WHAPI_TOKEN: SECRETS.whapiToken,
    WHAPI_WEBHOOK_SECRET: SECRETS.whapiSecret,
    WHAPI_ALLOWED_IPS: '192.0.2.7',
    WHAPI_URL: 'http://127.0.0.1:9',
  },
});

const BODY = toText(`quiet ${MARK}`);

attack(
  9,
  'without a configured secret everything is refused: unsigned, signed with nothing, signed with a guess',
  async (siege) => {
    for (const secret of ['', 'undefined', 'null', '[]', SECRETS.appSecret, SECRETS.whapiSecret, SECRETS.apiKey]) {
      const answer = await siege.deliver(BODY, { 'x-hub-signature-256': sign(BODY, secret) });
      expect(answer.status, secret).toBe(401);
    }
    expect((await siege.deliver(BODY, {})).status).toBe(401);
  },
);

attack(9, 'without a verify token no verification passes', async (siege) => {
  for (const token of ['', 'undefined', 'null', SECRETS.verifyToken])
    expect(
      (await siege.ask(`/webhooks/whatsapp?hub.mode=subscribe&hub.challenge=1&hub.verify_token=${token}`)).status,
    ).toBe(403);
});

const post = { method: 'POST', body: BODY };

attack(9, 'Whapi’s path needs its secret, of this channel, in its own place', async (siege) => {
  const paths = ['', '/', '/undefined', `/${SECRETS.whapiSecret.toUpperCase()}`, `/${SECRETS.whapiSecret}x`];
  for (const path of paths) expect((await siege.ask(`/webhooks/whapi/${CHANNEL}${path}`, post)).status, path).toBe(401);
  for (const channel of ['OTHER', '__proto__', 'constructor', ''])
    expect((await siege.ask(`/webhooks/whapi/${channel}/${SECRETS.whapiSecret}`, post)).status, channel).toBe(401);
});

attack(23, 'headers that claim another address do not pass the list of addresses', async (siege) => {
  for (const name of ['x-forwarded-for', 'x-real-ip', 'forwarded', 'client-ip', 'true-client-ip', 'x-client-ip']) {
    const headers = { [name]: name === 'forwarded' ? 'for=192.0.2.7' : '192.0.2.7' };
    const answer = await siege.ask(`/webhooks/whapi/${CHANNEL}/${SECRETS.whapiSecret}`, { ...post, headers });
    expect(answer.status, name).toBe(403);
  }
});
