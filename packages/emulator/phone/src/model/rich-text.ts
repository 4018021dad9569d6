/** A run of text as WhatsApp formats it. Anything else stays text; nothing here ever becomes HTML. */
export type Span =
  | { kind: 'text' | 'mono'; text: string }
  | { kind: 'bold' | 'italic' | 'strike'; spans: Span[] }
  | { kind: 'link'; text: string; href: string };

/**
 * Marks count only around a word: `*bold*` but not `2*3*4`. No mark can stand inside itself, so text nests three deep
 * at most, and code not at all. A link ends before the punctuation that closes a sentence.
 */
const MARKS =
  /```([\s\S]+?)```|`([^`\n]+)`|(?<![\p{L}\p{N}])(?:\*([^\s*](?:[^*\n]*[^\s*])?)\*|_([^\s_](?:[^_\n]*[^\s_])?)_|~([^\s~](?:[^~\n]*[^\s~])?)~)(?![\p{L}\p{N}])|(https?:\/\/[^\s<>"]+[^\s<>".,;:!?)\]'])/gu;

export function parseRichText(text: string): Span[] {
  const spans: Span[] = [];
  let from = 0;
  for (const match of text.matchAll(MARKS)) {
    if (match.index > from) spans.push({ kind: 'text', text: text.slice(from, match.index) });
    spans.push(toSpan(match));
    from = match.index + match[0].length;
  }
  if (from < text.length) spans.push({ kind: 'text', text: text.slice(from) });
  return spans;
}

function toSpan([whole, block, code, bold, italic, strike, link]: RegExpMatchArray): Span {
  const mono = block ?? code;
  if (mono) return { kind: 'mono', text: mono };
  if (bold) return { kind: 'bold', spans: parseRichText(bold) };
  if (italic) return { kind: 'italic', spans: parseRichText(italic) };
  if (strike) return { kind: 'strike', spans: parseRichText(strike) };
  return { kind: 'link', text: whole, href: link ?? whole };
}

/** One to three emoji and nothing else are shown large. */
export function isEmojiOnly(text: string): boolean {
  return /^(?:\p{RGI_Emoji}\s*){1,3}$/v.test(text.trim());
}
