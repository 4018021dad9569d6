import type {
  IdentityMode,
  PersonChange,
  PhoneMessage,
  PhonePerson,
  PhoneReaction,
  PhoneSend,
  PhoneState,
  PhoneUpdate,
} from '../../src/contract.ts';

const BASE = '/phone/api';

/** The emulator refused, or did not answer; `message` is fit to be shown. */
class PhoneError extends Error {}

async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
  const init =
    body === undefined
      ? { method }
      : { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const response = await fetch(`${BASE}${path}`, init).catch(() => {
    throw new PhoneError('The emulator does not answer. Is it still running?');
  });
  const text = await response.text();
  if (!response.ok) throw new PhoneError(toReason(text) ?? `The emulator answered ${response.status}.`);
  return (text === '' ? undefined : JSON.parse(text)) as T;
}

/** `{error: "…"}` or `{error: {message}}`; null when the answer is something else. */
function toReason(text: string): string | null {
  try {
    const { error } = JSON.parse(text) as { error?: string | { message?: string } };
    return typeof error === 'string' ? error : (error?.message ?? null);
  } catch {
    return null;
  }
}

export const api = {
  state: () => call<PhoneState>('GET', '/state'),
  send: (message: PhoneSend) => call<PhoneMessage>('POST', '/messages', message),
  react: (reaction: PhoneReaction) => call<unknown>('POST', '/reactions', reaction),
  edit: (personId: string, messageId: string, text: string) =>
    call<unknown>('POST', '/edits', { personId, messageId, text }),
  revoke: (personId: string, messageId: string) => call<unknown>('POST', '/revokes', { personId, messageId }),
  addPerson: (name: string, identity: IdentityMode) => call<PhonePerson>('POST', '/people', { name, identity }),
  changePerson: (id: string, change: PersonChange) =>
    call<unknown>('PATCH', `/people/${encodeURIComponent(id)}`, change),
};

export interface Listener {
  onOpen(): void;
  onUpdate(update: PhoneUpdate): void;
  onLost(): void;
}

/** Follows the emulator until closed. The browser reconnects by itself; `onOpen` fires at each connection. */
export function listen(listener: Listener): () => void {
  const source = new EventSource(`${BASE}/stream`);
  source.addEventListener('open', () => listener.onOpen());
  source.addEventListener('message', (event: MessageEvent<string>) =>
    listener.onUpdate(JSON.parse(event.data) as PhoneUpdate),
  );
  source.addEventListener('error', () => {
    listener.onLost();
  });
  return () => source.close();
}
