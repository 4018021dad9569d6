/** What a webhook body tells, read by the oracle's own eyes: it shares no code with what it judges. */
export interface Told {
  /** Customers' messages: what they wrote, by WhatsApp id. */
  readonly messages: ReadonlyMap<string, string>;
  /** Statuses: id, word and time, as event ids name them. */
  readonly statuses: readonly string[];
  /** Of these, those that come with an error: it may be an opt-out. */
  readonly failures: readonly string[];
  /** Nothing of the kind is in it. */
  readonly isStrange: boolean;
}

interface WireStatus {
  readonly id: string;
  readonly status: string;
  readonly timestamp: string;
  readonly errors?: readonly object[];
}

interface Wire {
  readonly object?: string;
  readonly entry?: readonly {
    readonly changes?: readonly {
      readonly field?: string;
      readonly value?: {
        readonly messages?: readonly { readonly id: string; readonly text?: { readonly body?: string } }[];
        readonly statuses?: readonly WireStatus[];
      };
    }[];
  }[];
}

const STRANGE: Told = { messages: new Map(), statuses: [], failures: [], isStrange: true };

function parse(body: Uint8Array): Wire | null {
  try {
    return JSON.parse(Buffer.from(body).toString('utf8')) as Wire;
  } catch {
    return null;
  }
}

const toStatusKey = ({ id, status, timestamp }: WireStatus): string => `${id}:${status}:${timestamp}`;

export function readDelivery(body: Uint8Array): Told {
  const wire = parse(body);
  if (wire?.object !== 'whatsapp_business_account') return STRANGE;
  const changes = wire.entry?.flatMap((entry) => entry.changes ?? []) ?? [];
  const values = changes.flatMap(({ field, value }) => (field === 'messages' && value ? [value] : []));
  if (values.length === 0) return STRANGE;
  const messages = values.flatMap((value) => value.messages ?? []);
  const statuses = values.flatMap((value) => value.statuses ?? []);
  return {
    messages: new Map(messages.map(({ id, text }) => [id, text?.body ?? ''])),
    statuses: statuses.map(toStatusKey),
    failures: statuses.filter(({ errors }) => errors !== undefined && errors.length > 0).map(toStatusKey),
    isStrange: false,
  };
}

/** What to call a body in a sentence. */
export function toTitle(body: Uint8Array): string {
  const text = Buffer.from(body).toString('latin1');
  const ids = [...new Set(text.match(/wamid\.[\w=+/]+/g) ?? [])];
  return ids.length > 0 ? `the delivery of ${ids.slice(0, 3).join(', ')}` : `"${text.slice(0, 60)}"`;
}

/** The WhatsApp id within an event's, and what follows it. */
export const toKey = (eventId: string): string => eventId.slice(Math.max(0, eventId.indexOf('wamid.')));

/** An event's id, as a status is told of: `id:word:recipient:time`, without the recipient and with whole seconds. */
export function toStatusTold(eventId: string): string {
  const [id = '', word = '', ...rest] = toKey(eventId).split(':');
  return `${id}:${word}:${(rest.at(-1) ?? '').replace(/000$/, '')}`;
}

const words = (body: Uint8Array): string => Buffer.from(body).toString('latin1');

/** By their bytes. */
export const groupByBody = <T extends { readonly body: Uint8Array }>(all: readonly T[]): Map<string, T[]> =>
  Map.groupBy(all, ({ body }) => words(body));
