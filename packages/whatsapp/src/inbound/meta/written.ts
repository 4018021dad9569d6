import type { Person } from '../../events.ts';
import { toEventId } from '../ids.ts';
import { toPerson, toPersonKey } from '../person.ts';
import { type JsonObject, toText, toTime } from '../read.ts';
import type { Source } from '../source.ts';

/** A message with its author settled: what every reader of a message list starts from. */
export interface Written {
  readonly id: string;
  readonly message: JsonObject;
  /** The person on the other side: author of what came in, addressee of what the business wrote elsewhere. */
  readonly person: Person;
  readonly direction: 'in' | 'out';
  readonly groupId: string | undefined;
  readonly source: Source;
  readonly facts: {
    readonly id: string;
    readonly lane: string;
    readonly at: number | undefined;
    readonly pointer: string;
  };
}

/** Undefined without a message id: nothing could be deduplicated or answered by it. */
export function toReceived(message: JsonObject, source: Source, pointer: string): Written | undefined {
  const person = toPerson(message.from, message.from_user_id, message.from_parent_user_id);
  return toWritten('in', person, { message, source, pointer });
}

export function toEchoed(message: JsonObject, source: Source, pointer: string): Written | undefined {
  const person = toPerson(message.to, message.to_user_id, message.to_parent_user_id);
  return toWritten('out', person, { message, source, pointer });
}

interface Found {
  readonly message: JsonObject;
  readonly source: Source;
  readonly pointer: string;
}

function toWritten(direction: 'in' | 'out', named: Person, found: Found): Written | undefined {
  const { message, source, pointer } = found;
  const id = toText(message.id);
  if (id === undefined) return undefined;
  const groupId = toText(message.group_id);
  const person = source.contacts.complete(named);
  return {
    id,
    message,
    person,
    direction,
    groupId,
    source,
    facts: {
      id: toEventId(direction === 'in' ? 'm' : 'e', source.scope, [id]),
      lane: groupId ?? toPersonKey(person) ?? id,
      at: toTime(message.timestamp),
      pointer,
    },
  };
}
