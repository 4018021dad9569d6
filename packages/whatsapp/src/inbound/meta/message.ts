import type { WhatsAppEvent } from '../../events.ts';
import { type JsonObject, present, rowOf, toPart, toText } from '../read.ts';
import { makeBase, type Reader, type Reading } from '../source.ts';
import { type ActionType, toContent } from './content.ts';
import { toMessage } from './context.ts';
import { readSystem } from './system.ts';
import { toEchoed, toReceived, type Written } from './written.ts';

/** An element of `messages`. */
export const readMessage: Reader = (element, source, pointer) => readWritten(toReceived(element, source, pointer));

/** An element of `message_echoes`: the business wrote it in its phone app, so it must never be answered. */
export const readEcho: Reader = (element, source, pointer) => readWritten(toEchoed(element, source, pointer));

/** Types that say something about an earlier message or about the person, rather than something new. */
const ACTIONS = {
  edit: readEdit,
  reaction: readReaction,
  revoke: readRevoke,
  system: readSystem,
} satisfies Record<ActionType, (written: Written) => Reading>;

function readWritten(written: Written | undefined): Reading {
  if (written === undefined) return 'message without id';
  const action = rowOf<(written: Written) => Reading>(ACTIONS, toText(written.message.type) ?? '');
  return action === undefined ? readPlain(written) : action(written);
}

function readPlain({ id, message, person, direction, source, facts }: Written): Reading {
  const said = { person, message: toMessage(id, message) };
  if (direction === 'in') return { ...makeBase('message.received', source, facts), ...said };
  const echo = { ...makeBase('message.echo', source, facts), ...said };
  // What the field `message_echoes` holds is not documented: it may be what another program sent.
  return source.field === 'smb_message_echoes' ? { ...echo, writtenIn: 'phone_app' } : echo;
}

function readEdit({ id, message, person, direction, source, facts }: Written): Reading {
  const edit = toPart(message.edit);
  const target = toText(edit.original_message_id);
  if (target === undefined) return 'edit without original_message_id';
  const content = toContent(toPart(edit.message));
  return { ...makeBase('message.edited', source, facts), direction, person, target, messageId: id, content };
}

function readRevoke({ id, message, person, direction, source, facts }: Written): Reading {
  const target = toText(toPart(message.revoke).original_message_id);
  if (target === undefined) return 'revoke without original_message_id';
  return { ...makeBase('message.revoked', source, facts), direction, person, target, messageId: id };
}

function readReaction({ id, message, person, direction, groupId, source, facts }: Written): Reading {
  const reaction: JsonObject = toPart(message.reaction);
  const target = toText(reaction.message_id);
  if (target === undefined) return 'reaction without message_id';
  // Taken back: the emoji is absent by the documentation and an empty string in captures.
  const emoji = toText(reaction.emoji) ?? null;
  const base = makeBase('message.reaction', source, facts);
  return present<WhatsAppEvent>({ ...base, direction, person, target, messageId: id, emoji, groupId });
}
