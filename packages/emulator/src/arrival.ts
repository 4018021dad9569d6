import type { PhoneMessage } from './contract.ts';
import { isRecord, toText } from './json.ts';
import type { World } from './world.ts';

/** The bubble that changes when `message` comes to a phone: itself, or the target of a reaction. */
export function applyArrival(world: World, message: PhoneMessage): PhoneMessage | null {
  if (message.body.type !== 'reaction') return message;
  const reaction = isRecord(message.body.reaction) ? message.body.reaction : {};
  const target = world.messages.get(toText(reaction.message_id));
  if (target === undefined) return null;
  const emoji = toText(reaction.emoji);
  if (emoji === '') delete target.reactions.business;
  else target.reactions.business = emoji;
  return target;
}
