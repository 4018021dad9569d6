import { addElement, addUnknown, type Found, type Output, pointTo } from '../output.ts';
import { toContactBook, toPhone } from '../person.ts';
import { type JsonObject, toObject, toPart, toText, toTime } from '../read.ts';
import { makeSource, type Source } from '../source.ts';
import { type FieldRow, type Lists, toFieldRow } from './fields.ts';

const OBJECT = 'whatsapp_business_account';
const ROOT: Source = makeSource({ provider: 'meta', channel: null, account: null, field: '' });

/** Meta's envelope: `object`, `entry[]`, `changes[]`, and in each change a `value` whose shape its `field` tells. */
export function splitMeta(document: unknown, out: Output): void {
  const root = toObject(document);
  const whole = { element: document, source: ROOT, pointer: '' };
  if (root === undefined) addUnknown(out, whole, 'document is not an object');
  else if (root.object !== OBJECT) addUnknown(out, whole, `object is not ${OBJECT}`);
  else if (!Array.isArray(root.entry) || root.entry.length === 0) addUnknown(out, whole, 'no entry');
  else root.entry.forEach((entry: unknown, index) => splitEntry(out, entry, `/entry/${index}`));
}

function splitEntry(out: Output, entry: unknown, pointer: string): void {
  const object = toPart(entry);
  const source = makeSource({ ...ROOT, account: toText(object.id) ?? null, at: toTime(object.time) ?? null });
  if (!Array.isArray(object.changes) || object.changes.length === 0) {
    addUnknown(out, { element: entry, source, pointer }, 'entry without changes');
    return;
  }
  object.changes.forEach((change: unknown, index) => {
    splitChange(out, { element: change, source, pointer: `${pointer}/changes/${index}` });
  });
}

function splitChange(out: Output, found: Found): void {
  const change = toPart(found.element);
  const field = toText(change.field) ?? '';
  const value = toObject(change.value);
  const row = toFieldRow(field);
  const source = toChangeSource(found.source, field, toPart(value));
  if (row === undefined || value === undefined) {
    addUnknown(out, { ...found, source }, row === undefined ? 'field is not known' : 'value is not an object');
  } else splitValue(out, row, { value, change: { ...found, source } });
}

function toChangeSource(entry: Source, field: string, value: JsonObject): Source {
  const metadata = toPart(value.metadata);
  const recipient = toPart(value.recipient);
  return makeSource({
    ...entry,
    field,
    channel: toText(metadata.phone_number_id) ?? toText(recipient.phone_number_id) ?? null,
    contacts: toContactBook(toPart(value.standby).contacts ?? value.contacts),
    businessPhone: toPhone(metadata.display_phone_number),
  });
}

function splitValue(out: Output, row: FieldRow, { value, change }: { value: JsonObject; change: Found }): void {
  const pointer = `${change.pointer}/value`;
  if ('whole' in row) {
    addElement(out, row.whole, { element: value, source: change.source, pointer });
    return;
  }
  const inner = row.within === undefined ? undefined : toObject(value[row.within]);
  const wrapper = inner === undefined ? { value, pointer } : { value: inner, pointer: `${pointer}/${row.within}` };
  const found = splitLists(out, row.lists, { ...wrapper, source: change.source });
  if (!found) addUnknown(out, change, 'value holds nothing known');
}

interface Wrapper {
  readonly value: JsonObject;
  readonly source: Source;
  readonly pointer: string;
}

/** Lists that describe the others, rather than hold events. */
const NOT_EVENTS = new Set(['contacts']);

/** Every known list, and every unknown one as a whole. False when there was none. */
function splitLists(out: Output, lists: Lists, { value, source, pointer }: Wrapper): boolean {
  let found = false;
  for (const key of Object.keys(value)) {
    const element = value[key];
    const walk = Object.hasOwn(lists, key) ? lists[key] : undefined;
    if (isEmpty(element) || (walk === undefined && (!Array.isArray(element) || NOT_EVENTS.has(key)))) continue;
    found = true;
    const part = { element, source, pointer: pointTo(pointer, key) };
    if (walk === undefined) addUnknown(out, part, 'list is not known');
    else walk(out, part);
  }
  return found;
}

function isEmpty(element: unknown): boolean {
  return element === undefined || element === null || (Array.isArray(element) && element.length === 0);
}
