import { isRecord } from '../json.ts';
import type { Params } from './params.ts';

/** A failure the caller asked for. */
export interface Wish {
  /** `error`: refuse the call. `fail`: take it, then a `failed` status. The others are the faults of the same name. */
  readonly how: 'error' | 'fail' | 'lost' | 'silence' | 'html' | 'slow';
  readonly code: number;
}

/** `999000` + code refuses, `999001` + code fails later; no country has the calling code 999. */
const recipientPattern = /^99900([01])(\d{1,7})$/;
const textPattern = /^!(error|fail|lost|silence|html|slow)(?:\s+(\d{1,7}))?\s*$/;

/** What the recipient or the text of a send asks for, or null. */
export function parseWish(type: string, params: Params, recipient: string): Wish | null {
  const byRecipient = recipientPattern.exec(recipient);
  if (byRecipient !== null) return { how: byRecipient[1] === '0' ? 'error' : 'fail', code: Number(byRecipient[2]) };
  const byText = textPattern.exec(textOfSend(type, params));
  if (byText !== null) return { how: toHow(byText[1]), code: Number(byText[2] ?? 131000) };
  return isDeadLink(params[type]) ? { how: 'fail', code: 131052 } : null;
}

function toHow(word: string | undefined): Wish['how'] {
  const isKnown = word === 'fail' || word === 'lost' || word === 'silence' || word === 'html' || word === 'slow';
  return isKnown ? word : 'error';
}

function textOfSend(type: string, params: Params): string {
  const text = type === 'text' ? params.text : undefined;
  return isRecord(text) && typeof text.body === 'string' ? text.body : '';
}

/** Media at a host that cannot exist: Meta would fail to fetch it. */
function isDeadLink(value: unknown): boolean {
  const link = isRecord(value) ? value.link : undefined;
  return typeof link === 'string' && URL.canParse(link) && new URL(link).hostname.endsWith('.invalid');
}
