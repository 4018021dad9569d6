import type { MessageProblem } from '@wharf/whatsapp';
import type { Clock, Guard, GuardedOutcome, GuardedReply } from '#kit';
import { toType } from './content-type.ts';
import { checkMediaFile, type FileProblem } from './limits.ts';
import { listSlots, type Slot } from './slots.ts';

export interface LinkCheckOptions {
  readonly guard: Pick<Guard, 'fetch'>;
  readonly clock: Clock;
}

export interface LinkChecker {
  /** What WhatsApp could not fetch, or would refuse, of the links to files in a message. */
  check(message: unknown): Promise<MessageProblem[]>;
}

/** For one link, both ways of asking together. */
const PATIENCE_MS = 5_000;
/** As long as Meta keeps what it fetched. */
const VERDICT_MS = 600_000;
/** A host that was away may be back. */
const REFUSAL_MS = 30_000;
const VERDICTS = 1_000;
const MAX_REDIRECTS = 3;
/** More links than a message can have files. */
const MAX_LINKS = 20;

type Verdict = readonly FileProblem[];

/** Length of the whole file; null when the server does not say. */
function sizeOf({ status, header }: GuardedReply): number | null {
  const text = status === 206 ? /\/(\d+)$/.exec(header('content-range') ?? '')?.[1] : header('content-length');
  return text === null || text === undefined || !/^\d{1,15}$/.test(text) ? null : Number(text);
}

function judge(slot: Slot, reply: GuardedReply): Verdict {
  const { status, header } = reply;
  if (status < 200 || status > 299) return [{ message: `leads to an answer of status ${status}, not to a file` }];
  const declared = header('content-type');
  if (declared === null) return [{ message: 'leads to a file whose server names no Content-Type; WhatsApp needs one' }];
  const mimeType = toType(declared);
  const sizeBytes = sizeOf(reply);
  // Servers seldom name the codec; whether it is Opus is then for WhatsApp to see.
  const type = mimeType === 'audio/ogg' ? 'audio/ogg; codecs=opus' : mimeType;
  const file = { mimeType: type, sizeBytes: sizeBytes ?? 1, isVoice: slot.isVoice };
  return checkMediaFile(slot.kind, file).map(({ message, ...more }) => ({
    message: `leads to a file that ${message.replace('by its content', 'by its Content-Type')}`,
    ...more,
  }));
}

const isHeadRefused = (outcome: GuardedOutcome): boolean =>
  outcome.ok ? outcome.reply.status >= 400 : !outcome.failure.isLasting && outcome.failure.reason !== 'unresolved';

async function ask({ guard, clock }: LinkCheckOptions, slot: Slot, link: string): Promise<Verdict> {
  const startedAt = clock.now();
  const asked = { maxBytes: 0, maxRedirects: MAX_REDIRECTS };
  const head = await guard.fetch(link, { ...asked, method: 'HEAD', timeoutMs: PATIENCE_MS });
  const leftMs = PATIENCE_MS - (clock.now() - startedAt);
  const outcome =
    isHeadRefused(head) && leftMs > 0
      ? await guard.fetch(link, { ...asked, headers: { range: 'bytes=0-0' }, timeoutMs: leftMs })
      : head;
  if (outcome.ok) return judge(slot, outcome.reply);
  return [{ message: `cannot be fetched: ${outcome.failure.detail}` }];
}

/** Verdicts for a while, the oldest given up first; asked at once for the same, one asks. */
function makeVerdicts(clock: Clock) {
  const kept = new Map<string, { readonly verdict: Promise<Verdict>; until: number }>();
  return (key: string, find: () => Promise<Verdict>): Promise<Verdict> => {
    const known = kept.get(key);
    if (known && known.until > clock.now()) return known.verdict;
    kept.delete(key);
    const entry = { verdict: find(), until: clock.now() + VERDICT_MS };
    kept.set(key, entry);
    entry.verdict.then(
      (problems) => problems.length > 0 && (entry.until = clock.now() + REFUSAL_MS),
      () => kept.delete(key),
    );
    const [oldest] = kept.keys();
    if (kept.size > VERDICTS && oldest !== undefined) kept.delete(oldest);
    return entry.verdict;
  };
}

/** Makes the check of links: each is looked at as WhatsApp would, from here, and never inside this network. */
export function makeLinkChecker(options: LinkCheckOptions): LinkChecker {
  const remember = makeVerdicts(options.clock);
  const checkSlot = async (slot: Slot & { readonly link: string }): Promise<MessageProblem[]> => {
    const key = `${slot.kind} ${slot.isVoice} ${slot.link}`;
    const verdict = await remember(key, () => ask(options, slot, slot.link));
    return verdict.map((problem) => ({ field: `${slot.field}.link`, ...problem }));
  };
  return {
    async check(message) {
      const slots = listSlots(message).filter((slot): slot is Slot & { readonly link: string } => slot.link !== null);
      const checked = await Promise.all(slots.slice(0, MAX_LINKS).map(checkSlot));
      const surplus = slots.slice(MAX_LINKS).map(({ field }) => ({
        field: `${field}.link`,
        message: `is one of more than ${MAX_LINKS} links to files`,
        limit: MAX_LINKS,
        actual: slots.length,
      }));
      return [...checked.flat(), ...surplus];
    },
  };
}
