/** One rule's say about one message. `note`: worth knowing, changes nothing. */
export interface Finding {
  readonly rule: string;
  readonly effect: 'allow' | 'deny' | 'defer' | 'note';
  /** For a person: what is so, and the way out. */
  readonly text: string;
  /** When `defer` ends, Unix ms. */
  readonly until?: number;
  /** `class`: a limit that others of its class may meet too; the message keeps its place, and is asked about again soon. */
  readonly scope?: 'class';
  /** What exactly, for programs: `template_paused`, … */
  readonly code?: string;
  /** What is wrong with the message, by field. */
  readonly problems?: readonly { readonly field: string; readonly message: string }[];
}

/** What decides whether a message may go: plain values, so that the decision can be tested, stored and explained. */
export interface PolicyView {
  /** When it shall go. */
  readonly nowMs: number;
  /** The same, where that is still to come; else nothing. */
  readonly sendAt?: number | null;
  readonly channel: {
    readonly provider: 'meta' | 'whapi';
    readonly state: 'active' | 'paused';
    readonly stateReason: string | null;
  };
  readonly isTemplate: boolean;
  /** Who wants it sent: `handler`, `api`, `campaign`, … */
  readonly origin: string;
  /** Who owns the conversation. */
  readonly owner: string;
  /** Provider's time of the person's last message; null: never wrote. */
  readonly lastInboundAt: number | null;
  readonly expiresAt: number | null;
  /** What the other rooms' rules say: template, consent, country, quiet hours, frequency, tier. */
  readonly findings: readonly Finding[];
}

/** `reasons` holds every rule's say, also of those that let it pass. */
export interface Verdict {
  readonly verdict: 'allow' | 'deny' | 'defer';
  /** Of `defer`: not before, Unix ms; null: nobody knows (a paused channel). */
  readonly until: number | null;
  readonly reasons: readonly Finding[];
}

export const WINDOW_MS = 24 * 3_600_000;

// Meta's clock decides, and ours may differ: near the end of the window Meta is asked rather than second-guessed.
const SKEW_MS = 3 * 60_000;

const toHours = (ms: number): string => `${Math.floor(ms / 3_600_000)} h ${Math.floor((ms % 3_600_000) / 60_000)} min`;

/** Whether free-form messages are allowed at this moment. */
export const isWindowOpen = (lastInboundAt: number | null, nowMs: number): boolean =>
  lastInboundAt !== null && lastInboundAt + WINDOW_MS + SKEW_MS > nowMs;

/** Whether it is open by Meta's clock too, however ours differs: whoever may be outside of it counts as written to first. */
export const isWindowSurelyOpen = (lastInboundAt: number | null, nowMs: number): boolean =>
  lastInboundAt !== null && lastInboundAt + WINDOW_MS - SKEW_MS > nowMs;

const found = (rule: string, effect: Finding['effect'], text: string): Finding => ({ rule, effect, text });

function decideChannel({ channel }: PolicyView): Finding | null {
  if (channel.state === 'active') return null;
  const why = channel.stateReason ?? 'it was paused';
  return found('channel', 'defer', `The channel is paused (${why}): the message waits until it is resumed`);
}

/** Also asked at the wire: what was allowed may have waited since. */
export function decideExpiry({ expiresAt, nowMs }: Pick<PolicyView, 'expiresAt' | 'nowMs'>): Finding | null {
  if (expiresAt === null || expiresAt > nowMs) return null;
  const text = `It was to be sent before ${new Date(expiresAt).toISOString()}: too late now`;
  return found('expiry', 'deny', text);
}

/** What goes out without a person having asked for this very message. */
const AUTOMATIC: ReadonlySet<string> = new Set(['handler', 'flow', 'rule', 'agent', 'campaign']);

const OWNERS: Readonly<Record<string, string>> = {
  person: 'a person',
  phone_app: 'the phone app',
  other_app: 'another app',
  nobody: 'nobody',
};

/**
 * Behind Meta's own API stands a bot that cannot know who took over: what it says stays unsaid then. Its templates go, since
 * they are news of an order or a code somebody asked for, and nobody else sends these.
 */
const isBot = ({ origin, isTemplate }: PolicyView): boolean =>
  AUTOMATIC.has(origin) || (origin === 'graph' && !isTemplate);

/** Meta: an app that does not own the thread must neither answer nor mark read (standby). */
function decideOwner(view: PolicyView): Finding | null {
  const { owner } = view;
  const name = OWNERS[owner];
  if (name === undefined) return null;
  if (owner === 'other_app') {
    return found('owner', 'deny', 'The conversation belongs to another app (standby): take it over before you answer');
  }
  if (!isBot(view)) return null;
  return found('owner', 'deny', `The conversation belongs to ${name}, so automatic messages are not sent`);
}

function decideWindow({ channel, isTemplate, lastInboundAt, nowMs, sendAt = null }: PolicyView): Finding {
  const say = (effect: Finding['effect'], text: string) => found('window', effect, text);
  if (channel.provider !== 'meta') return say('allow', 'Whapi.Cloud has no service window');
  if (isTemplate) return say('allow', 'Templates may be sent at any time');
  if (lastInboundAt === null) {
    return say('deny', 'This person has not written to this number: only a template may open the conversation');
  }
  const left = lastInboundAt + WINDOW_MS - nowMs;
  if (isWindowOpen(lastInboundAt, nowMs))
    return say('allow', `The service window is open for ${toHours(Math.max(0, left))}`);
  if (sendAt !== null) {
    const closed = toHours(-left);
    return say('deny', `The service window will have been closed for ${closed} by then: send a template`);
  }
  return say('deny', `The service window closed ${toHours(-left)} ago: send a template`);
}

/** The last of the deferring rules decides until when; one that does not know its end wins. */
function toUntil(deferring: readonly Finding[]): number | null {
  if (deferring.length === 0 || deferring.some(({ until }) => until === undefined)) return null;
  return Math.max(...deferring.map(({ until }) => until ?? 0));
}

/** Adds what was found later to a verdict: a refusal beats a delay, a delay beats leave. */
export function joinFindings(reasons: readonly Finding[]): Verdict {
  const has = (effect: Finding['effect']) => reasons.some((finding) => finding.effect === effect);
  const verdict = has('deny') ? 'deny' : has('defer') ? 'defer' : 'allow';
  const until = verdict === 'defer' ? toUntil(reasons.filter(({ effect }) => effect === 'defer')) : null;
  return { verdict, until, reasons };
}

const toIso = (ms: number): string => new Date(ms).toISOString();

/** A delay that ends when it is too late is a refusal: the message could only expire. */
export function decideDelay(verdict: Verdict, expiresAt: number): Verdict {
  const { until, reasons } = verdict;
  if (until === null || until < expiresAt) return verdict;
  const why = reasons.flatMap(({ effect, text }) => (effect === 'defer' ? [text] : [])).join('; ');
  const text = `It could only expire: it has to wait until ${toIso(until)} (${why}), and is not to be sent after ${toIso(expiresAt)}: raise ttlSeconds`;
  return joinFindings([...reasons, found('expiry', 'deny', text)]);
}

/** May this message go now, and why. One function for every sender. */
export function decidePolicy(view: PolicyView): Verdict {
  const own = [decideExpiry(view), decideChannel(view), decideOwner(view), decideWindow(view)];
  return joinFindings([...own.filter((finding) => finding !== null), ...view.findings]);
}

/** What a person reads: the rules that stand in the way, or, where none does, all. */
export function toReason({ verdict, reasons }: Verdict): string {
  const those = verdict === 'allow' ? reasons : reasons.filter(({ effect }) => effect === verdict);
  return those.map(({ text }) => text).join('; ');
}
