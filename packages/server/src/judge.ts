import type { OutgoingMessage } from '@wharf/whatsapp';
import { type Directory, toLimits } from '#channels';
import { recordMarketing, type Whereabouts } from '#consent';
import type { Database } from '#kit';
import {
  type Claimed,
  decideOpening,
  decidePolicy,
  type Finding,
  isWindowSurelyOpen,
  joinFindings,
  COUNTED_MS,
  type Opening,
  type OpeningBudget,
  type Judge,
  type Judged,
  peekOpenings,
  takeOpenings,
  toBudgets,
} from '#outbox';
import type { PolicyCache, Purpose } from '#settings';
import { type Facts, findFacts } from './judge-facts.ts';
import { findRules } from './judge-rules.ts';

/** A message that somebody wants sent, with what is known of its conversation. */
export interface Draft {
  readonly id: string;
  readonly workspaceId: string;
  readonly channelId: string;
  readonly contactId: string | null;
  /** Of somebody without a contact; of others it is read. */
  readonly whereabouts?: Whereabouts | null;
  readonly class: number;
  readonly origin: string;
  readonly owner: string;
  readonly lastInboundAt: number | null;
  /** When the person last came by an advertisement, Unix ms. */
  readonly entryAt: number | null;
  readonly expiresAt: number | null;
  readonly message: OutgoingMessage;
  /** When it shall go, Unix ms; null: now. */
  readonly sendAt: number | null;
}

export interface JudgeOptions {
  readonly directory: Directory;
  readonly settings: PolicyCache;
}

/** `take`: what goes is counted (the day's limit, marketing a person got); `ask`: nothing changes. */
export type JudgeMode = 'ask' | 'take';

interface Case {
  readonly draft: Draft;
  readonly judged: Judged;
  readonly purpose: Purpose;
}

/** A channel that is not in the directory yet was created a moment ago. */
const YOUNG = { provider: 'meta', state: 'active', stateReason: null } as const;

function judgeOne(options: JudgeOptions, draft: Draft, facts: Facts, nowMs: number): Case {
  const atMs = draft.sendAt ?? nowMs;
  const rules = findRules(draft, facts, atMs);
  const verdict = decidePolicy({
    ...draft,
    nowMs: atMs,
    channel: options.directory.get(draft.channelId) ?? YOUNG,
    isTemplate: draft.message.type === 'template',
    findings: rules.findings,
  });
  return { draft, judged: { verdict, category: rules.category }, purpose: rules.purpose };
}

/**
 * Meta counts people who are written to first: by a template, while their window is closed. What goes later than the
 * limit looks back is not asked about: nobody who counts today counts then, and it is asked when it goes.
 */
const isOpening = ({ draft, judged }: Case, nowMs: number): boolean =>
  judged.verdict.verdict === 'allow' &&
  draft.message.type === 'template' &&
  (draft.sendAt ?? nowMs) < nowMs + COUNTED_MS &&
  !isWindowSurelyOpen(draft.lastInboundAt, draft.sendAt ?? nowMs);

type Findings = Map<string, Finding[]>;

/** Its channel's budgets, as they are when it goes: a warm-up has one for each day. */
function budgetsOf({ draft }: Case, options: JudgeOptions, { nowMs }: Asking): OpeningBudget[] {
  const channel = options.directory.get(draft.channelId);
  if (!channel) return [];
  return toBudgets({ ...channel, tier: toLimits(channel).tier }, draft.sendAt ?? nowMs);
}

/** Asks budgets, the narrower first, about those who are left. */
async function askBudgets(
  db: Database,
  budgets: readonly OpeningBudget[],
  cases: readonly Case[],
  ask: Asking,
): Promise<Findings> {
  const found: Findings = new Map(cases.map(({ draft }) => [draft.id, []]));
  let left = cases;
  for (const budget of budgets) {
    const people = left.map(({ draft }) => personOf(draft));
    const query = ask.mode === 'take' ? takeOpenings : peekOpenings;
    const opened = await query(db, { budget, people, nowMs: ask.nowMs });
    left = left.filter(({ draft }) => {
      const opening = opened.get(personOf(draft));
      if (!opening || isFreeBy(opening, draft.sendAt)) return true;
      found.get(draft.id)?.push(decideOpening(budget, opening));
      return opening.granted;
    });
  }
  return found;
}

/** Used up now, but not when it goes: then it is asked again. */
const isFreeBy = ({ granted, freeAt }: Opening, sendAt: number | null): boolean =>
  !granted && freeAt !== null && sendAt !== null && freeAt <= sendAt;

interface Asking {
  readonly mode: JudgeMode;
  readonly nowMs: number;
}

const personOf = ({ contactId, id }: Draft): string => contactId ?? id;

async function countOpenings(db: Database, options: JudgeOptions, cases: readonly Case[], ask: Asking) {
  const opening = cases.filter((one) => isOpening(one, ask.nowMs));
  const groups = Map.groupBy(opening, (one) => JSON.stringify(budgetsOf(one, options, ask)));
  const found = await Promise.all(
    [...groups.values()].map((own) => askBudgets(db, own[0] ? budgetsOf(own[0], options, ask) : [], own, ask)),
  );
  return new Map(found.flatMap((one) => [...one]));
}

function join({ judged }: Case, more: readonly Finding[]): Judged {
  return more.length === 0 ? judged : { ...judged, verdict: joinFindings([...judged.verdict.reasons, ...more]) };
}

const isMarketing = ({ purpose, draft }: Case): boolean => purpose === 'marketing' && draft.contactId !== null;

/** Remembers who gets marketing now, for the frequency. */
async function remember(db: Database, going: readonly Case[], nowMs: number): Promise<void> {
  await recordMarketing(
    db,
    going.filter(isMarketing).map(({ draft }) => ({
      workspaceId: draft.workspaceId,
      contactId: draft.contactId ?? '',
      messageId: draft.id,
      at: nowMs,
    })),
  );
}

/**
 * May these go, and why: asked when they are submitted and again when they are claimed, over the rules of all rooms. Pure
 * rules over facts that are read before; only the day's limit is asked for last, as it counts whom it lets through.
 */
export async function judgeDrafts(
  db: Database,
  options: JudgeOptions,
  drafts: readonly Draft[],
  ask: Asking,
): Promise<Map<string, Judged>> {
  const facts = await findFacts(db, options, drafts, ask.nowMs);
  const cases = drafts.map((draft) => judgeOne(options, draft, facts, ask.nowMs));
  const openings = await countOpenings(db, options, cases, ask);
  const said = cases.map((one) => ({ ...one, judged: join(one, openings.get(one.draft.id) ?? []) }));
  if (ask.mode === 'take') {
    await remember(
      db,
      said.filter(({ judged }) => judged.verdict.verdict === 'allow'),
      ask.nowMs,
    );
  }
  return new Map(said.map(({ draft, judged }) => [draft.id, judged]));
}

const toDraft = (item: Claimed): Draft => ({
  ...item,
  origin: item.origin ?? 'api',
  owner: item.owner ?? 'bot',
  message: item.payload as OutgoingMessage,
  sendAt: null,
});

/** The policy as the senders ask it: what it lets go is counted. */
export const makeJudge =
  (db: Database, options: JudgeOptions): Judge =>
  (items, nowMs) =>
    judgeDrafts(db, options, items.map(toDraft), { mode: 'take', nowMs });
