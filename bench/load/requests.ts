import { signBody } from '@wharf/whatsapp';

/** Whole HTTP requests, signed and ready for the socket, kept in a few large buffers: the clock never pays for them. */
export interface Requests {
  readonly count: number;
  /** Bytes of all bodies. */
  readonly bodyBytes: number;
  add(body: string): number;
  at(n: number): Buffer;
}

const SLAB_BYTES = 16 << 20;

const toHead = (body: Buffer, secret: string): string =>
  `POST /webhooks/whatsapp HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\nUser-Agent: facebookexternalua\r\n` +
  `Content-Type: application/json\r\nX-Hub-Signature-256: ${signBody(body, secret)}\r\nContent-Length: ${body.length}\r\n\r\n`;

/** An empty collection; `add` signs a body with the app secret and answers its number. */
export function makeRequests(secret: string): Requests {
  const slabs: Buffer[] = [];
  const places: { slab: Buffer; from: number; to: number }[] = [];
  let used = SLAB_BYTES;
  let bodyBytes = 0;

  function store(head: string, body: Buffer): void {
    const length = head.length + body.length;
    if (used + length > SLAB_BYTES) {
      slabs.push(Buffer.allocUnsafeSlow(Math.max(SLAB_BYTES, length)));
      used = 0;
    }
    const slab = slabs.at(-1);
    if (!slab) throw new Error('a slab was just made');
    slab.write(head, used, 'latin1');
    body.copy(slab, used + head.length);
    places.push({ slab, from: used, to: used + length });
    used += length;
  }

  return {
    get count() {
      return places.length;
    },
    get bodyBytes() {
      return bodyBytes;
    },
    add(text) {
      const body = Buffer.from(text, 'latin1');
      bodyBytes += body.length;
      store(toHead(body, secret), body);
      return places.length - 1;
    },
    at(n) {
      const place = places[n];
      if (!place) throw new RangeError(`there is no request ${n}`);
      return place.slab.subarray(place.from, place.to);
    },
  };
}
