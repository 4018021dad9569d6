import type { WhatsAppEvent } from '../events.ts';
import { toObject } from './read.ts';
import { makeUnknown, type Reader, type Reading, type Source } from './source.ts';

/** Events as they are found. */
export interface Output {
  readonly events: WhatsAppEvent[];
  /** Elements that became no event of their own, see {@link MAX_UNKNOWN}. */
  overflow: number;
  unknown: number;
}

/**
 * Meta sends at most 1,000 updates in a request, so this many unreadable ones are still told apart. Past it they are
 * only counted: 3 MB of `[0,0,0…]` would otherwise become 1.5 million events.
 */
const MAX_UNKNOWN = 1000;

export function makeOutput(): Output {
  return { events: [], overflow: 0, unknown: 0 };
}

/** One value of the document with the place it stands at. */
export interface Found {
  readonly element: unknown;
  readonly source: Source;
  readonly pointer: string;
}

/** Adds what one value of a known key comes to; the value may be a list. */
export type Walker = (out: Output, found: Found) => void;

export function addUnknown(out: Output, found: Found, reason: string): void {
  if (out.unknown >= MAX_UNKNOWN) {
    out.overflow += 1;
    return;
  }
  out.unknown += 1;
  out.events.push(makeUnknown(found.source, { content: found.element, pointer: found.pointer, reason }));
}

/** Adds the event of one element; one that cannot be read becomes an `unknown` event and disturbs no other. */
export function addElement(out: Output, reader: Reader, found: Found): void {
  const reading = toReading(reader, found);
  if (typeof reading === 'string') addUnknown(out, found, reading);
  else out.events.push(reading);
}

/** Reason of an element that met a fault of ours; the tests look for it. */
export const READER_FAULT = 'reader failed';

function toReading(reader: Reader, { element, source, pointer }: Found): Reading {
  const object = toObject(element);
  if (object === undefined) return 'element is not an object';
  try {
    return reader(object, source, pointer);
  } catch {
    // A fault of ours must not hold back the other 999 updates of a request that Meta would repeat for days. It
    // shows as an unknown event with this reason, and the delivery is kept.
    return READER_FAULT;
  }
}

/** A walker over a list of like elements. */
export function each(reader: Reader): Walker {
  return (out, { element, source, pointer }) => {
    if (!Array.isArray(element)) {
      addElement(out, reader, { element, source, pointer });
      return;
    }
    for (let index = 0; index < element.length; index += 1) {
      addElement(out, reader, { element: element[index] as unknown, source, pointer: `${pointer}/${index}` });
    }
  };
}

/** A JSON pointer one step further (RFC 6901). */
export function pointTo(pointer: string, key: string): string {
  return `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}
