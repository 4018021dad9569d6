/** What decides whether a message may go: plain values, so that the decision can be tested, stored and explained. */
export interface PolicyView {
  readonly nowMs: number;
  readonly provider: 'meta' | 'whapi';
  readonly isTemplate: boolean;
  /** `handler`, `api`, … */
  readonly origin: string;
  readonly owner: string;
  /** Provider's time of the person's last message; null: never wrote. */
  readonly lastInboundAt: number | null;
}

export type Verdict =
  | { readonly verdict: 'allow'; readonly reasons: readonly string[] }
  | { readonly verdict: 'deny'; readonly reasons: readonly string[] }
  | { readonly verdict: 'defer'; readonly until: number; readonly reasons: readonly string[] };

export const WINDOW_MS = 24 * 3_600_000;

// Meta's clock decides, and ours may differ: near the end of the window Meta is asked rather than second-guessed.
const SKEW_MS = 3 * 60_000;

const hours = (ms: number): string => `${Math.floor(ms / 3_600_000)} h ${Math.floor((ms % 3_600_000) / 60_000)} min`;

function decideWindow(view: PolicyView): Verdict {
  if (view.provider !== 'meta') return { verdict: 'allow', reasons: ['Whapi.Cloud has no service window'] };
  if (view.isTemplate) return { verdict: 'allow', reasons: ['Templates may be sent at any time'] };
  if (view.lastInboundAt === null) {
    return {
      verdict: 'deny',
      reasons: ['This person has not written to this number: only a template may open the conversation'],
    };
  }
  const left = view.lastInboundAt + WINDOW_MS - view.nowMs;
  if (left + SKEW_MS > 0)
    return { verdict: 'allow', reasons: [`The service window is open for ${hours(Math.max(0, left))}`] };
  return { verdict: 'deny', reasons: [`The service window closed ${hours(-left)} ago: send a template`] };
}

/** May this message go now, and why. One function for every sender. */
export function decidePolicy(view: PolicyView): Verdict {
  if (view.origin === 'handler' && view.owner !== 'bot') {
    return {
      verdict: 'deny',
      reasons: [`The conversation belongs to ${view.owner.replace('_', ' ')}, so automatic answers wait`],
    };
  }
  return decideWindow(view);
}
