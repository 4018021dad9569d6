import type { Conversation } from '../../api/types.ts';

/** Who answers in this conversation, in words. */
export const OWNERS: Record<Conversation['owner'], { label: string }> = {
  bot: { label: 'Answered by reactions' },
  person: { label: 'Answered by a person' },
  phone_app: { label: 'Answered in the phone app' },
  other_app: { label: 'Answered by another app' },
  nobody: { label: 'Nobody answers' },
};

/** Another app keeps its conversations: it is told there. */
export const isReleasable = (owner: Conversation['owner']): boolean => owner === 'person' || owner === 'phone_app';
