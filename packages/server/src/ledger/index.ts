/**
 * What the events add up to: contacts with identities, conversations with window and owner, messages with the status
 * lattice. Comes in: new events, in order, inside the caller's transaction. Goes out: the view each reaction gets.
 * Never sends, never reads the journal, never decides what to answer.
 */
export { type Address, type ConversationView, conversationKey, touchConversations } from './conversations.ts';
export { type ContactRow, findContact, findKnown, patchContact } from './contacts.ts';
export { expireParked, joinParked, joinStrays } from './facts.ts';
export { type Foldable, type Folded, fold, type FoldResult } from './fold.ts';
export { RANK } from './lattice.ts';
export { expirePhoneApp, releaseConversation } from './owners.ts';
export { findContactIds, type Identity, resolveContacts } from './people.ts';
export { findRecipients } from './recipients.ts';
export { findTargets, lockTargets, type Target } from './targets.ts';
export { toLine, toStorableJson, toStorableText } from './text.ts';
