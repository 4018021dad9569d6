import { ApiProblem, parseProblem } from './problem.ts';
import type { Channel, Message, SendRequest } from './types.ts';

const BASE = '/api/v1';

type Query = Record<string, string | number | undefined>;

async function request<T>(path: string, init: RequestInit = {}): Promise<T> {
  const response = await fetch(`${BASE}${path}`, { credentials: 'same-origin', ...init });
  const text = await response.text();
  if (!response.ok) throw new ApiProblem(parseProblem(response.status, text));
  return (text === '' ? undefined : JSON.parse(text)) as T;
}

export function get<T>(path: string, query: Query = {}): Promise<T> {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    if (value !== undefined && value !== '') params.set(name, String(value));
  const search = params.size > 0 ? `?${params}` : '';
  return request<T>(`${path}${search}`);
}

function post<T>(path: string, body: unknown, headers: Record<string, string> = {}): Promise<T> {
  return request<T>(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}

export const signIn = (key: string) => post<unknown>('/session', { key });
export const signOut = () => request<unknown>('/session', { method: 'DELETE' });

/** The same `idempotencyKey` never sends twice, so a click after a lost answer is safe. */
export const sendMessage = (body: SendRequest, idempotencyKey: string) =>
  post<Message>('/messages', body, { 'idempotency-key': idempotencyKey });

/** An entry can be replayed or discarded once; a repeated call with its key answers the same. */
export const settleQuarantine = (id: string, action: 'replay' | 'discard') =>
  post<unknown>(`/quarantine/${encodeURIComponent(id)}/${action}`, {}, { 'idempotency-key': `${action}-${id}` });

/** Lets what waits on a paused channel go; on an active one it changes nothing. */
export const resumeChannel = (id: string) => post<Channel>(`/channels/${encodeURIComponent(id)}/resume`, {});
