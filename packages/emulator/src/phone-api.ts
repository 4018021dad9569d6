import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AccountDesk } from './account.ts';
import type {
  PersonChange,
  PhoneEdit,
  PhonePerson,
  PhoneReaction,
  PhoneRevoke,
  PhoneSend,
  PhoneState,
} from './contract.ts';
import type { Customer, Done } from './customer.ts';
import { answer, answerJson, readBody } from './http.ts';
import type { MediaStore } from './media-store.ts';
import { servePhoneFile } from './phone-files.ts';
import type { PhoneStream } from './phone-stream.ts';
import { isRecord } from './json.ts';
import { parseAccountChange, parseNumberChange, parsePersonChange, parseTemplateChange } from './parse-change.ts';
import type { TemplateDesk } from './templates/desk.ts';
import { toEmulatedTemplate } from './templates/node.ts';
import type { World } from './world.ts';

export interface PhoneDeps {
  readonly world: World;
  readonly customer: Customer;
  readonly media: MediaStore;
  readonly stream: PhoneStream;
  readonly desk: TemplateDesk;
  readonly account: AccountDesk;
  readonly state: () => PhoneState;
  readonly addPerson: (given: Partial<PhonePerson> & { name: string }) => Done<PhonePerson>;
  readonly updatePerson: (id: string, change: PersonChange) => Done<PhonePerson>;
  readonly phoneDist: string | undefined;
}

/** 16 MB of file as base64, and the rest of the message. */
const maxPhoneBytes = 23 * 1024 * 1024;

type Action = (deps: PhoneDeps, body: Record<string, unknown>) => Done<unknown>;

/** `POST /phone/api/{name}`. Bodies are checked where they are used. */
const actions: Readonly<Record<string, Action>> = {
  messages: ({ customer }, body) =>
    isRecord(body.body) ? customer.send(body as unknown as PhoneSend) : { ok: false, error: 'body is missing.' },
  reactions: ({ customer }, body) =>
    typeof body.emoji === 'string'
      ? customer.react(body as unknown as PhoneReaction)
      : { ok: false, error: 'emoji is missing.' },
  edits: ({ customer }, body) => customer.edit(body as unknown as PhoneEdit),
  revokes: ({ customer }, body) => customer.revoke(body as unknown as PhoneRevoke),
  people: ({ addPerson }, body) => addPerson(body as unknown as { name: string }),
};

type Change = (deps: PhoneDeps, id: string, body: Record<string, unknown>) => Done<unknown>;

/** The act, when its JSON can be read. */
const when = <T>(parsed: Done<T>, act: (change: T) => Done<unknown>): Done<unknown> =>
  parsed.ok ? act(parsed.value) : parsed;

/** `PATCH /phone/api/{name}/{id}`: what people, and Meta, decide. */
const changes: Readonly<Record<string, Change>> = {
  people: ({ updatePerson }, id, body) => when(parsePersonChange(body), (change) => updatePerson(id, change)),
  templates: ({ desk }, id, body) =>
    when(parseTemplateChange(body), (change) => {
      const done = desk.change(id, change);
      return done.ok ? { ok: true, value: toEmulatedTemplate(done.value) } : done;
    }),
  numbers: ({ account }, id, body) => when(parseNumberChange(body), (change) => account.changeNumber(id, change)),
  account: ({ account }, _, body) =>
    when(parseAccountChange(body), (change) => ({ ok: true, value: account.changeAccount(change) })),
};

/** Everything under `/phone/`: the page's API, its stream, its files. `path` is what follows the prefix. */
export async function servePhone(
  deps: PhoneDeps,
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
): Promise<void> {
  if (!path.startsWith('api/')) return servePhoneFile(response, deps.phoneDist, path);
  const [name = '', id] = path.slice('api/'.length).split('/');
  if (request.method === 'GET') return serveGet(deps, response, name, id);
  const body = await parsePhoneBody(request);
  if (!body.ok) return answerJson(response, 400, { error: body.error });
  const change = request.method === 'PATCH' && Object.hasOwn(changes, name) ? changes[name] : undefined;
  if (change !== undefined) return answerDone(response, 200, change(deps, decodeURIComponent(id ?? ''), body.value));
  const action =
    request.method === 'POST' && id === undefined && Object.hasOwn(actions, name) ? actions[name] : undefined;
  if (action === undefined) return answerJson(response, 404, { error: 'There is no such action.' });
  answerDone(response, 201, action(deps, body.value));
}

async function serveGet(
  deps: PhoneDeps,
  response: ServerResponse,
  name: string,
  id: string | undefined,
): Promise<void> {
  if (name === 'state') return answerJson(response, 200, deps.state());
  if (name === 'templates')
    return answerJson(response, 200, [...deps.world.templates.all.values()].map(toEmulatedTemplate));
  if (name === 'stream') return deps.stream.open(response);
  if (name === 'media' && id !== undefined) return serveMedia(deps, response, id);
  answerJson(response, 404, { error: 'There is nothing here.' });
}

/** Anyone may have uploaded these bytes: the browser must neither guess their type nor run them. */
async function serveMedia(deps: PhoneDeps, response: ServerResponse, id: string): Promise<void> {
  const record = deps.world.media.get(id);
  const bytes = record === undefined ? null : await deps.media.get(id);
  if (record === undefined || bytes === null) return answerJson(response, 404, { error: 'There is no such media.' });
  const headers = {
    'content-type': record.mimeType,
    'x-content-type-options': 'nosniff',
    'content-security-policy': "sandbox; default-src 'none'",
    'cache-control': 'private, max-age=3600',
  };
  answer(response, { status: 200, headers, body: bytes });
}

/** Only JSON is taken, and only when it says so: a form on a foreign page cannot post it. */
async function parsePhoneBody(request: IncomingMessage): Promise<Done<Record<string, unknown>>> {
  const bytes = await readBody(request, maxPhoneBytes);
  if (bytes === null) return { ok: false, error: 'Files may have at most 16 MB.' };
  if (!(request.headers['content-type'] ?? '').startsWith('application/json')) {
    return { ok: false, error: 'The body must be sent as application/json.' };
  }
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    if (isRecord(value)) return { ok: true, value };
  } catch {
    return { ok: false, error: 'The body is not JSON.' };
  }
  return { ok: false, error: 'The body must be a JSON object.' };
}

function answerDone(response: ServerResponse, status: number, done: Done<unknown>): void {
  if (done.ok) answerJson(response, status, done.value ?? { ok: true });
  else answerJson(response, 400, { error: done.error });
}
