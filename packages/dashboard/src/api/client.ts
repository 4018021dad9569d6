import { ApiProblem, parseProblem } from './problem.ts';

const BASE = '/api/v1';

type Query = Record<string, string | number | undefined>;

/** What was read, and the ETag that a change of it names in If-Match. */
export interface Tagged<T> {
  value: T;
  etag: string;
}

async function fetchTagged<T>(path: string, init: RequestInit): Promise<Tagged<T>> {
  const response = await fetch(`${BASE}${path}`, { credentials: 'same-origin', ...init });
  const text = await response.text();
  if (!response.ok) throw new ApiProblem(parseProblem(response.status, text));
  return { value: (text === '' ? undefined : JSON.parse(text)) as T, etag: response.headers.get('etag') ?? '*' };
}

export const request = async <T>(path: string, init: RequestInit = {}): Promise<T> =>
  (await fetchTagged<T>(path, init)).value;

export const getWithEtag = <T>(path: string): Promise<Tagged<T>> => fetchTagged<T>(path, {});

export function get<T>(path: string, query: Query = {}): Promise<T> {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    if (value !== undefined && value !== '') params.set(name, String(value));
  const search = params.size > 0 ? `?${params}` : '';
  return request<T>(`${path}${search}`);
}

type Headers = Record<string, string>;

const send = <T>(method: 'POST' | 'PATCH' | 'PUT', path: string, body: unknown, headers: Headers = {}): Promise<T> =>
  request<T>(path, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

export const post = <T>(path: string, body: unknown, headers?: Headers): Promise<T> =>
  send<T>('POST', path, body, headers);
export const put = <T>(path: string, body: unknown, headers?: Headers): Promise<T> =>
  send<T>('PUT', path, body, headers);
export const patch = <T>(path: string, body: unknown, headers?: Headers): Promise<T> =>
  send<T>('PATCH', path, body, headers);

/** For one segment of a path. */
export const segment = (id: string): string => encodeURIComponent(id);

export const signIn = (key: string) => post<unknown>('/session', { key });
export const signOut = () => request<unknown>('/session', { method: 'DELETE' });
