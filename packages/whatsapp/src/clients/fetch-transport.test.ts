import { describe, expect, test } from 'vitest';
import { toTransportError } from './fetch-transport.ts';
import { TransportError } from './transport.ts';

/** fetch's own shape: a TypeError whose cause is the system's error. */
function failed(cause: unknown): TypeError {
  return new TypeError('fetch failed', { cause });
}
const coded = (code: string, syscall?: string): Error => Object.assign(new Error(code), { code, syscall });

describe('whether a request may have arrived', () => {
  const cases: [string, unknown, boolean][] = [
    ['a refused connection', failed(coded('ECONNREFUSED', 'connect')), false],
    [
      'several addresses refused',
      failed(Object.assign(new AggregateError([coded('ECONNREFUSED')]), { code: 'ECONNREFUSED' })),
      false,
    ],
    ['an unknown name', failed(coded('ENOTFOUND', 'getaddrinfo')), false],
    ['a resolver that is down', failed(coded('EAI_AGAIN', 'getaddrinfo')), false],
    ['an unreachable network', failed(coded('ENETUNREACH', 'connect')), false],
    ['a connect timeout', failed(coded('UND_ERR_CONNECT_TIMEOUT')), false],
    ['a connect timeout of the kernel', failed(coded('ETIMEDOUT', 'connect')), false],
    ['a read timeout of the kernel', failed(coded('ETIMEDOUT', 'read')), true],
    ['an expired certificate', failed(coded('CERT_HAS_EXPIRED')), false],
    ['a certificate of another name', failed(coded('ERR_TLS_CERT_ALTNAME_INVALID')), false],
    ['a reset', failed(coded('ECONNRESET', 'read')), true],
    ['a broken pipe', failed(coded('EPIPE', 'write')), true],
    ['a closed socket', failed(coded('UND_ERR_SOCKET')), true],
    ['an answer that is not HTTP', failed(coded('HPE_INVALID_CONSTANT')), true],
    ['no cause at all', new TypeError('terminated'), true],
    ['something that is no error', 'boom', true],
    ['nothing', undefined, true],
  ];
  test.each(cases)('%s', (_name, error, mayHaveArrived) => {
    const known = toTransportError(error);
    expect(known).toBeInstanceOf(TransportError);
    expect(known.mayHaveArrived).toBe(mayHaveArrived);
  });

  test('our own timeout may strike after the request was written', () => {
    expect(toTransportError(new DOMException('t', 'TimeoutError'))).toMatchObject({
      reason: 'timeout',
      mayHaveArrived: true,
    });
  });

  test('a known error stays itself', () => {
    const error = new TransportError('too-large', { mayHaveArrived: true });
    expect(toTransportError(error)).toBe(error);
  });
});
