import type { NoticeKind, WhatsAppEvent } from '../../events.ts';
import { toErrors } from '../errors.ts';
import { type JsonObject, present, toObject, toPart, toText, toTime } from '../read.ts';
import { makeBase, type Reader, toContentId } from '../source.ts';

interface Row {
  readonly kind: NoticeKind;
  /** Paths of the words that tell what happened, in reading order. Never free text. */
  readonly words: readonly string[];
  /** Path of what it is about, for the lane; the account when absent. */
  readonly subject?: string;
  /** Path of a phone number id, where the value names the number it is about. */
  readonly number?: string;
}

/** Few and rare, so each is a row: the words Meta uses and the raw value. */
export function accountReader(row: Row): Reader {
  return (value, source, pointer) => {
    const words = row.words.map((path) => toText(read(value, path))).filter((word) => word !== undefined);
    const channel = (row.number === undefined ? undefined : toText(read(value, row.number))) ?? source.channel;
    const subject = row.subject === undefined ? undefined : toText(read(value, row.subject));
    const base = makeBase(row.kind, source, {
      id: toContentId('a', source, value),
      lane: subject ?? channel ?? source.account ?? source.field,
      at: toTime(value.timestamp),
      pointer,
    });
    const errors = value.errors === undefined ? undefined : toErrors(value.errors);
    return present<WhatsAppEvent>({ ...base, channel, summary: words.join(' '), errors, raw: value });
  };
}

/** The value at a path of keys joined by dots; a list is entered at its first element. */
function read(value: JsonObject, path: string): unknown {
  let found: unknown = value;
  for (const key of path.split('.')) {
    const object: JsonObject = toObject(found) ?? toPart(Array.isArray(found) ? found[0] : undefined);
    found = object[key];
  }
  return found;
}
