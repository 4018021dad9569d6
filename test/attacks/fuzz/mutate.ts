/** Changes to bytes and to JSON, drawn from a chance that a seed decides. */
export type Chance = () => number;

export const below = (chance: Chance, n: number): number => Math.floor(chance() * n);
export function pick<T>(chance: Chance, list: readonly T[]): T {
  const found = list[below(chance, list.length)];
  if (found === undefined) throw new RangeError('nothing to pick from');
  return found;
}

/** Values that have broken readers before. */
export const HOSTILE: readonly unknown[] = [
  '',
  ' ',
  '\0',
  'a\0b',
  '\ud800',
  '\u202e',
  '👩‍👩‍👧‍👦',
  '__proto__',
  'constructor',
  'toString',
  '../../etc/passwd',
  '%00',
  "' or 1=1 --",
  '{{1}}',
  '${x}',
  '<img src=x onerror=x()>',
  '\r\n\u001b[31m',
  'null',
  'true',
  '0',
  '-1',
  '1e400',
  '9999-12-31T23:59:59Z',
  '+275760-09-13T00:00:00Z',
  '2026-02-30',
  'Europe/Berlin',
  'x'.repeat(300),
  'x'.repeat(5_000),
  0,
  -0,
  -1,
  1.5,
  2 ** 31,
  2 ** 53,
  -(2 ** 53),
  1e308,
  true,
  false,
  null,
  [],
  {},
  [[]],
  [null],
  { id: {} },
  { length: 1e9 },
];

const TOKENS = [
  '{',
  '}',
  '[',
  ']',
  '"',
  ',',
  ':',
  '\\',
  '\\u0000',
  '\\ud800',
  '\0',
  '\r\n',
  '\ufeff',
  '1e999',
  '"__proto__":',
];

/** One to four changes of a text of bytes, of at most `maxBytes`. */
export function mutateBytes(bytes: Uint8Array, chance: Chance, maxBytes = 20_000): Buffer {
  let out = Buffer.from(bytes);
  for (let n = 1 + below(chance, 4); n > 0; n--) {
    const [a, b] = [below(chance, out.length + 1), below(chance, out.length + 1)].toSorted((x, y) => x - y) as [
      number,
      number,
    ];
    const part = out.subarray(a, Math.min(b, a + 64));
    const token = Buffer.from(pick(chance, TOKENS));
    const kinds: (() => Buffer)[] = [
      () => Buffer.concat([out.subarray(0, a), Buffer.from([below(chance, 256)]), out.subarray(a + 1)]),
      () => Buffer.concat([out.subarray(0, a), token, out.subarray(a)]),
      () => Buffer.concat([out.subarray(0, a), out.subarray(a + part.length)]),
      () => Buffer.concat([out.subarray(0, b), part, out.subarray(b)]),
      () => out.subarray(0, b),
    ];
    out = pick(chance, kinds)().subarray(0, maxBytes) as Buffer<ArrayBuffer>;
  }
  return out;
}

/** A copy: what is put into a document is changed with it. */
const toHostile = (chance: Chance): unknown => structuredClone(pick(chance, HOSTILE));

type Holder = Record<string, unknown>;

function placesOf(document: unknown): { holder: Holder; key: string }[] {
  const places: { holder: Holder; key: string }[] = [];
  const open: unknown[] = [document];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (typeof at !== 'object' || at === null) continue;
    for (const [key, value] of Object.entries(at)) {
      places.push({ holder: at as Holder, key });
      open.push(value);
    }
  }
  return places;
}

const valuesOf = (document: unknown): unknown[] => [null, ...placesOf(document).map(({ holder, key }) => holder[key])];

/** One to three places of a JSON document changed; values of `others` are put in where they do not belong. */
export function mutateJson(document: unknown, chance: Chance, others: readonly unknown[]): unknown {
  const copy = structuredClone(document);
  for (let n = 1 + below(chance, 3); n > 0; n--) {
    const places = placesOf(copy);
    if (places.length === 0) return toHostile(chance);
    const { holder, key } = pick(chance, places);
    const value = holder[key];
    const kinds: (() => void)[] = [
      () => void (holder[key] = toHostile(chance)),
      () => void delete holder[key],
      () => void (holder[key] = [value]),
      () => void (holder[key] = { [key]: value }),
      () => void (Array.isArray(holder) ? holder.push(value) : (holder[String(pick(chance, HOSTILE))] = value)),
      () => void (holder[key] = structuredClone(pick(chance, valuesOf(pick(chance, others))))),
      () => void (Array.isArray(holder) && holder.push(structuredClone(value))),
      () => void (holder[key] = typeof value === 'string' ? Number(value) : JSON.stringify(value)),
    ];
    pick(chance, kinds)();
  }
  return copy;
}
