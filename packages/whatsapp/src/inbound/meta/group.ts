import type { GroupKind, WhatsAppEvent } from '../../events.ts';
import { present, toText, toTime } from '../read.ts';
import { makeBase, type Reader, toContentId } from '../source.ts';

/** An element of `groups`; which kind is told by the field, what happened by its `type`. */
export function groupReader(kind: GroupKind): Reader {
  return (group, source, pointer) => {
    const change = toText(group.type);
    if (change === undefined) return 'group update without type';
    // A group that could not be created has no id; its request has.
    const groupId = toText(group.group_id) ?? null;
    const requestId = toText(group.request_id);
    const id = toContentId('g', source, group);
    const base = makeBase(kind, source, { id, lane: groupId ?? requestId ?? id, at: toTime(group.timestamp), pointer });
    return present<WhatsAppEvent>({ ...base, groupId, change, requestId, raw: group });
  };
}
