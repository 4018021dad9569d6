import { describe, expect, test } from 'vitest';
import { findBusiestWindows, findMostPeople } from '../ledger-windows.ts';
import { numberId, says } from '../testing.ts';
import { type PlainScene, template, text, withPlain } from '../testing-plain.ts';

const own = { id: numberId, displayPhoneNumber: '15550001111', verifiedName: 'Own' };
const other = { ...own, id: '106540352242999', displayPhoneNumber: '15550002222' };
const dayMs = 24 * 3_600_000;

/** Codes of `count` sends at one moment, to people of their own. */
async function burst({ call }: PlainScene, count: number, number = numberId): Promise<(number | undefined)[]> {
  const codes: (number | undefined)[] = [];
  for (let each = 0; each < count; each++) {
    const to = `49151${String(each).padStart(8, '0')}`;
    codes.push((await call(`/${number}/messages`, { messaging_product: 'whatsapp', to, ...text() })).code);
  }
  return codes;
}

const taken = (codes: readonly (number | undefined)[]): number => codes.filter((code) => code === undefined).length;

describe('throughput', () => {
  test.each([
    ['standard', {}, 80],
    ['high', { messagesPerSecond: 1_000 }, 1_000],
    ['coexistence, whatever else is set', { isOnBizApp: true, messagesPerSecond: 1_000 }, 20],
  ])('%s: n at once and not one more', async (_, more, limit) => {
    await withPlain({ numbers: [{ ...own, ...more }] }, async (scene) => {
      const codes = await burst(scene, limit + 1);
      expect([taken(codes), codes.at(-1)]).toEqual([limit, 130429]);
      expect((await scene.call(`/${numberId}?fields=throughput,is_on_biz_app`)).body).toEqual({
        id: numberId,
        throughput: { level: limit > 80 ? 'HIGH' : 'STANDARD' },
        is_on_biz_app: limit === 20,
      });
    });
  });

  test('each number has its own, and it can be changed while it runs', async () => {
    await withPlain({ numbers: [own, other] }, async (scene) => {
      scene.emulator.setNumber(other.id, { messagesPerSecond: 5 });
      expect([taken(await burst(scene, 100)), taken(await burst(scene, 100, other.id))]).toEqual([80, 5]);
      const busiest = findBusiestWindows(scene.emulator.ledger().sends, { windowMs: 1_000, by: 'number' });
      expect(Object.fromEntries(busiest)).toEqual({ [numberId]: 80, [other.id]: 5 });
    });
  });

  test('an upgrade takes a minute of maintenance, then tells', async () => {
    await withPlain({}, async (scene) => {
      scene.emulator.upgradeThroughput(numberId);
      expect(await scene.send(text())).toMatchObject({
        code: 131057,
        status: 500,
        body: { error: { is_transient: true } },
      });
      await scene.pass(59_999);
      expect((await scene.send(text())).code).toBe(131057);
      await scene.pass(1);
      expect(taken(await burst(scene, 1_001))).toBe(1_000);
      expect(scene.values('phone_number_quality_update')).toEqual([
        {
          display_phone_number: '15550001111',
          event: 'THROUGHPUT_UPGRADE',
          old_limit: 'TIER_UNLIMITED',
          max_daily_conversations_per_business: 'TIER_UNLIMITED',
        },
      ]);
      const { body } = await scene.call(`/${numberId}?fields=throughput`);
      expect(body.throughput).toEqual({ level: 'HIGH' });
    });
  });
});

describe('the messaging limit', () => {
  const limited = { tier: 'TIER_250', messagesPerSecond: 1_000 } as const;

  test('250 people in 24 h, of all numbers together, and not one more', async () => {
    await withPlain({ ...limited, numbers: [own, other] }, async (scene) => {
      const to = (each: number): object => ({ to: `49151${String(each).padStart(8, '0')}` });
      for (let each = 0; each < 249; each++) expect((await scene.send({ ...text(), ...to(each) })).status).toBe(200);
      const number = `/${other.id}/messages`;
      const last = { messaging_product: 'whatsapp', ...text(), ...to(249) };
      expect((await scene.call(number, last)).status).toBe(200);
      expect((await scene.send({ ...text(), ...to(250) })).code).toBe(131048);
      expect((await scene.send({ ...text(), ...to(0) })).status).toBe(200);
      expect(findMostPeople(scene.emulator.ledger().sends)).toBe(250);
    });
  });

  test('the 24 hours roll, and people who wrote need no room', async () => {
    await withPlain(limited, async (scene) => {
      await burst(scene, 250);
      expect((await scene.send(template('hello_world'))).code).toBe(131048);
      scene.emulator.send(says('ana'));
      expect((await scene.send(template('hello_world'))).status).toBe(200);
      await scene.pass(dayMs - 1);
      const ben = { ...text(), to: '447700900002' };
      expect((await scene.send(ben)).code).toBe(131048);
      await scene.pass(1);
      expect((await scene.send(ben)).status).toBe(200);
    });
  });

  test('a higher one is told and counts at once', async () => {
    await withPlain(limited, async (scene) => {
      await burst(scene, 251);
      scene.emulator.setAccount({ tier: 'TIER_2K' });
      scene.emulator.setAccount({ tier: 'TIER_2K' });
      expect(taken(await burst(scene, 251))).toBe(251);
      await scene.pass(1);
      expect(scene.values('business_capability_update')).toEqual([
        { max_daily_conversations_per_business: 'TIER_2K', max_phone_numbers_per_waba: 25 },
      ]);
      const { body } = await scene.call(`/${numberId}?fields=whatsapp_business_manager_messaging_limit`);
      expect(body.whatsapp_business_manager_messaging_limit).toBe('TIER_2K');
    });
  });
});

describe('the account', () => {
  const healthOf = async ({ call }: PlainScene): Promise<unknown> =>
    ((await call(`/${numberId}?fields=health_status`)).body.health_status as { can_send_message: string })
      .can_send_message;

  test.each([
    ['expired', 463],
    ['revoked', 460],
  ] as const)('a token that is %s is refused everywhere until it is valid again', async (token, subcode) => {
    await withPlain({}, async (scene) => {
      scene.emulator.setAccount({ token });
      expect(await scene.send(text())).toMatchObject({ status: 401, code: 190, subcode });
      expect((await scene.call(`/${numberId}`)).code).toBe(190);
      scene.emulator.setAccount({ token: 'valid' });
      expect((await scene.send(text())).status).toBe(200);
    });
  });

  test('a locked account sends nothing, and tells', async () => {
    await withPlain({}, async (scene) => {
      scene.emulator.setAccount({ locked: true });
      expect([(await scene.send(text())).code, await healthOf(scene)]).toEqual([131031, 'BLOCKED']);
      expect((await scene.call(`/${numberId}?fields=status`)).body.status).toBe('BANNED');
      scene.emulator.setAccount({ locked: false });
      expect([(await scene.send(text())).status, await healthOf(scene)]).toEqual([200, 'AVAILABLE']);
      await scene.pass(1_000);
      expect(scene.values('account_update')).toEqual([
        { event: 'DISABLED_UPDATE', ban_info: { waba_ban_state: 'DISABLE', waba_ban_date: 'November 21, 2025' } },
        { event: 'DISABLED_UPDATE', ban_info: { waba_ban_state: 'REINSTATE', waba_ban_date: 'November 21, 2025' } },
      ]);
    });
  });

  test('with a payment problem only what is free goes out', async () => {
    await withPlain({}, async (scene) => {
      scene.emulator.setAccount({ paymentProblem: true });
      expect([(await scene.send(template('hello_world'))).code, await healthOf(scene)]).toEqual([131042, 'LIMITED']);
      expect((await scene.send(text())).status).toBe(200);
      scene.emulator.send(says('ana'));
      expect((await scene.send(template('hello_world'))).status).toBe(200);
      scene.emulator.setAccount({ paymentProblem: false });
      expect((await scene.send({ ...template('hello_world'), to: '447700900002' })).status).toBe(200);
    });
  });

  test('a number that is not registered sends nothing until it is', async () => {
    await withPlain({}, async (scene) => {
      await scene.call(`/${numberId}/deregister`, {});
      expect([(await scene.send(text())).code, await healthOf(scene)]).toEqual([133010, 'BLOCKED']);
      await scene.call(`/${numberId}/register`, { messaging_product: 'whatsapp', pin: '123456' });
      expect([(await scene.send(text())).status, await healthOf(scene)]).toEqual([200, 'AVAILABLE']);
    });
  });

  test('what does not exist cannot be changed', async () => {
    await withPlain({}, ({ emulator }) => {
      expect(() => emulator.setNumber('1', { registered: false })).toThrow('There is no such number.');
      expect(() => emulator.upgradeThroughput('1')).toThrow('There is no such number.');
      expect(() => emulator.setTemplate('1', { status: 'APPROVED' })).toThrow('There is no such template.');
      return Promise.resolve();
    });
  });
});
