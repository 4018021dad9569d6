import type { LedgerArrival } from '@wharf/emulator';

interface Body {
  readonly text?: { readonly body?: string };
  readonly template?: {
    readonly components?: readonly { readonly parameters?: readonly { readonly text?: string }[] }[];
  };
}

/** By what a message is known again on a phone: the text, or the last parameter of a template. */
export function markOf({ body }: Pick<LedgerArrival, 'body'>): string {
  const { text, template } = body as Body;
  return text?.body ?? template?.components?.[0]?.parameters?.at(-1)?.text ?? '';
}
