import { signBody } from '@wharf/whatsapp';
import { afterEach, describe, expect, test } from 'vitest';
import { makeGate, turns } from '../kit/fixtures/rig.ts';
import { type Door, META, openDoor, SECRET, toBytes } from './fixtures/door.ts';

const BODY = '{"object":"whatsapp_business_account"}';
const GOOD = signBody(Buffer.from(BODY), SECRET);

let door: Door;
afterEach(() => door.close());
const open = async (more: Parameters<typeof openDoor>[0] = {}): Promise<Door> => (door = await openDoor(more));

describe('Connections', () => {
  test('are kept: one serves many deliveries, refused ones between them', async () => {
    await open();
    const line = door.line();
    for (let n = 1; n <= 6; n++) {
      line.write(toBytes(BODY, n % 2 === 1 ? GOOD : 'sha256=00'));
      expect((await line.answers(n)).at(-1)?.status).toBe(n % 2 === 1 ? 200 : 401);
    }
    expect(door.appended).toHaveLength(3);
  });

  test('with several requests at once get the answers in their order, each for its own', async () => {
    const gates = Array.from({ length: 3 }, () => makeGate());
    let n = 0;
    await open({ append: () => gates[n++]?.promise ?? Promise.resolve() });
    const line = door.line();
    line.write([toBytes(BODY, GOOD), toBytes(BODY, 'sha256=00'), toBytes(BODY, GOOD), toBytes(BODY, GOOD)].join(''));
    gates[2]?.open();
    gates[1]?.open();
    await turns(20);
    gates[0]?.open();
    expect((await line.answers(4)).map((answer) => answer.status)).toEqual([200, 401, 200, 200]);
  });

  test.each([
    ['with a length', `content-length: 1000\r\n\r\n{"half":`],
    ['in chunks', 'transfer-encoding: chunked\r\n\r\n8\r\n{"half":\r\n'],
  ])('that end in the middle of a body %s leave nothing behind, and nothing hanging', async (_name, rest) => {
    await open();
    const line = door.line();
    line.write(`POST ${META} HTTP/1.1\r\nhost: x\r\nx-hub-signature-256: ${GOOD}\r\n${rest}`);
    await new Promise<void>((resolve) => line.socket.once('connect', resolve));
    await door.send({ method: 'GET' });
    line.socket.destroy();
    await line.closed;
    for (let n = 0; n < 50 && door.verdicts.length < 2; n++) await door.send({ method: 'HEAD', path: '/' });
    expect(door.verdicts).toEqual(['forbidden', 'bad_request']);
    await door.gateway.idle();
    expect(door.appended).toEqual([]);
  });

  test('that go away while their delivery is being stored do not undo it', async () => {
    const gate = makeGate();
    const begun = makeGate();
    await open({
      append: () => {
        begun.open();
        return gate.promise;
      },
    });
    const line = door.line();
    line.write(toBytes(BODY, GOOD));
    await begun.promise;
    line.socket.destroy();
    await line.closed;
    gate.open();
    await door.gateway.idle();
    expect(door.verdicts).toEqual(['stored']);
  });

  test('end with their next answer once the process stops, so that the server can close', async () => {
    await open();
    const line = door.line();
    line.write(toBytes(BODY, GOOD));
    expect((await line.answers(1))[0]?.headers['connection']).not.toBe('close');
    door.gateway.stop();
    line.write(toBytes(BODY, GOOD));
    expect((await line.answers(2)).at(-1)).toMatchObject({ status: 200, headers: { connection: 'close' } });
    await line.closed;
    expect(door.appended).toHaveLength(2);
  });

  test('the door is idle only when nobody waits for an answer', async () => {
    const gate = makeGate();
    const begun = makeGate();
    await open({
      append: () => {
        begun.open();
        return gate.promise;
      },
    });
    await door.gateway.idle();
    const sending = door.send({ body: BODY, headers: door.sign(BODY) });
    await begun.promise;
    let idle = false;
    const waited = door.gateway.idle().then(() => (idle = true));
    await turns(10);
    expect(idle).toBe(false);
    gate.open();
    await Promise.all([waited, sending]);
  });
});
