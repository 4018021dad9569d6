import type { OutgoingMessage } from '@wharf/whatsapp';
import type { Directory } from '#channels';
import { type Claimed, decidePolicy, type Judge, type Judged } from '#outbox';

/** A message that somebody wants sent, with what is known of its conversation. */
export interface Draft {
  readonly id: string;
  readonly workspaceId: string;
  readonly channelId: string;
  readonly contactId: string | null;
  readonly origin: string;
  readonly owner: string;
  readonly lastInboundAt: number | null;
  readonly expiresAt: number | null;
  readonly message: OutgoingMessage;
}

export interface JudgeOptions {
  readonly directory: Directory;
}

/** A channel that is not in the directory yet was created a moment ago. */
const ACTIVE = { provider: 'meta', state: 'active', stateReason: null } as const;

const judgeOne = ({ directory }: JudgeOptions, draft: Draft, nowMs: number): Judged => ({
  verdict: decidePolicy({
    ...draft,
    nowMs,
    channel: directory.get(draft.channelId) ?? ACTIVE,
    isTemplate: draft.message.type === 'template',
    findings: [],
  }),
  category: null,
});

const toDraft = (item: Claimed): Draft => ({
  ...item,
  origin: item.origin ?? 'api',
  owner: item.owner ?? 'bot',
  message: item.payload as OutgoingMessage,
});

/** May these go, and why: asked when they are submitted and again when they are claimed. */
export function judgeDrafts(options: JudgeOptions, drafts: readonly Draft[], nowMs: number): Map<string, Judged> {
  return new Map(drafts.map((draft) => [draft.id, judgeOne(options, draft, nowMs)]));
}

export const makeJudge =
  (options: JudgeOptions): Judge =>
  async (items, nowMs) =>
    judgeDrafts(options, items.map(toDraft), nowMs);
