import { describe, expect, test } from 'vitest';
import type { EventKind, EventOf, MessageContent, NoticeKind, WhatsAppEvent } from '@wharf/whatsapp';
import { toSummary } from './summary.ts';

const ada = { name: 'Ada', phone: '491701' };
const envelope = { id: 'e', provider: 'meta', channel: '222', account: '111', lane: 'l', at: 0, pointer: '' } as const;
const saying = (content: MessageContent) => ({ person: ada, message: { id: 'wamid.1', content } });
const hello = saying({ type: 'text', body: 'hello\n  there' });
const about = { person: ada, target: 'wamid.1', messageId: 'wamid.2' };
const call = { person: ada, callId: 'c', state: 'connect', errors: [], raw: {} };
const group = { groupId: 'g1', change: 'subject', raw: {} };
const template = { templateId: '99', name: 'promo', language: 'de', raw: {} };
const notice = { summary: 'Meta says so', raw: {} };

type Case<K extends EventKind> = readonly [fields: Omit<EventOf<K>, keyof typeof envelope | 'kind'>, line: string];

/** Every kind has its row: a new kind does not compile without one. */
const CASES: { readonly [K in Exclude<EventKind, NoticeKind>]: Case<K> } = {
  'message.received': [hello, 'Ada: hello there'],
  'message.echo': [hello, 'Ada ← hello there'],
  'message.edited': [{ ...about, direction: 'in', content: { type: 'text', body: 'new' } }, 'Ada edited: new'],
  'message.revoked': [{ ...about, direction: 'out' }, 'We deleted a message'],
  'message.reaction': [{ ...about, direction: 'in', emoji: '👍' }, 'Ada reacted 👍'],
  'message.status': [
    {
      messageId: 'w',
      status: 'failed',
      rawStatus: 'failed',
      person: { phone: '491701' },
      errors: [{ code: 131047, title: 'Re-engagement' }],
    },
    'failed: message to +491701 (131047 Re-engagement)',
  ],
  'message.history': [{ ...hello, fromBusiness: true }, 'History, Ada ← hello there'],
  'history.progress': [{ progress: 55, errors: [] }, 'History 55 %'],
  'contact.changed': [
    { change: 'user_id', person: { bsuid: 'DE.2' }, previous: { bsuid: 'DE.1' } },
    'DE.1 is now DE.2 (user id)',
  ],
  'contact.synced': [{ action: 'add', person: ada, fullName: 'Ada L.' }, 'Address book: add Ada L.'],
  'contact.preference': [
    { person: ada, category: 'marketing_messages', value: 'stop' },
    'Ada: stop marketing messages',
  ],
  'contact.action': [{ action: 'block', data: {} }, 'Contact action: block'],
  'contact.presence': [{ person: { username: 'ada' }, presence: 'typing' }, '@ada is typing'],
  'payment.status': [
    { messageId: 'w', person: ada, status: 'captured', reference: 'R1', raw: {} },
    'Payment of Ada: captured, R1',
  ],
  'call.connect': [call, 'Call with Ada: connect'],
  'call.terminate': [{ ...call, state: 'terminate', durationSeconds: 12 }, 'Call with Ada: terminate, 12 s'],
  'call.status': [{ ...call, state: 'RINGING' }, 'Call with Ada: RINGING'],
  'call.other': [{ ...call, person: {}, state: 'odd' }, 'Call with somebody: odd'],
  'group.lifecycle': [{ ...group, groupId: null, change: 'create' }, 'Group (new): create'],
  'group.participants': [group, 'Group g1: subject'],
  'group.settings': [group, 'Group g1: subject'],
  'group.status': [group, 'Group g1: subject'],
  'template.status': [{ ...template, status: 'REJECTED', reason: 'TAG' }, 'Template promo: REJECTED, TAG'],
  'template.quality': [{ ...template, from: 'GREEN', to: 'RED' }, 'Template promo: quality GREEN → RED'],
  'template.components': [{ templateId: '99', raw: {} }, 'Template 99: content changed'],
  'template.category': [
    { ...template, upcoming: true, to: 'MARKETING' },
    'Template promo: category MARKETING (announced)',
  ],
  'template.misclassified': [
    { ...template, category: 'UTILITY', correct: 'MARKETING' },
    'Template promo: category UTILITY → MARKETING suggested',
  ],
  'thread.control': [{ person: ada, change: 'pass', to: 'app2', raw: {} }, 'Conversation of Ada: pass → app2'],
  'standby.message': [hello, 'Ada (standby): hello there'],
  'standby.echo': [hello, 'Ada ← other app: hello there'],
  'standby.status': [{ messageId: 'w', status: 'read', person: ada }, 'read: message of another app to Ada'],
  unknown: [{ reason: 'No such field', field: 'novelty' }, 'novelty: No such field'],
  unreadable: [{ reason: 'Not JSON' }, 'Not JSON'],
};

const NOTICES = [
  'account.alert',
  'account.review',
  'number.quality',
  'payment.configuration',
  'provider.error',
  'channel.health',
  'chat.removed',
  'label.updated',
] as const satisfies readonly NoticeKind[];

const make = (kind: string, fields: object): WhatsAppEvent =>
  ({ ...envelope, kind, ...fields }) as unknown as WhatsAppEvent;

describe('the summary of an event', () => {
  test.each(Object.entries(CASES))('%s', (kind, [fields, line]) => {
    expect(toSummary(make(kind, fields))).toBe(line);
  });

  test.each(NOTICES)('%s is told in the words of the provider', (kind) => {
    expect(toSummary(make(kind, notice))).toBe('Meta says so');
  });

  test.each<[MessageContent, string]>([
    [{ type: 'media', media: { kind: 'image', caption: 'cat' } }, '[image] cat'],
    [{ type: 'media', media: { kind: 'audio', voice: true } }, '[voice note]'],
    [{ type: 'media', media: { kind: 'document', filename: 'a.pdf' } }, '[document] a.pdf'],
    [{ type: 'location', latitude: 1, longitude: 2, address: 'Here 1' }, '[location] Here 1'],
    [{ type: 'contacts', contacts: [{}, {}] }, '[2 contact cards]'],
    [{ type: 'button', via: 'interactive', id: 'b', title: 'Yes' }, '[button] Yes'],
    [{ type: 'list', id: 'l', title: 'Row' }, '[list] Row'],
    [{ type: 'form', name: 'flow', data: null, raw: '' }, '[form] flow'],
    [{ type: 'call_permission', response: 'accept' }, '[call permission] accept'],
    [{ type: 'order', items: [{ sku: 's', quantity: 1 }] }, '[order] 1 item'],
    [{ type: 'poll', title: 'Q', options: [] }, '[poll] Q'],
    [{ type: 'media_placeholder' }, '[media, not included]'],
    [{ type: 'request_welcome' }, '[opened the chat]'],
    [{ type: 'unsupported', what: 'poll', errors: [] }, '[unsupported] poll'],
    [{ type: 'unknown', name: 'novel', raw: {} }, '[unknown type] novel'],
  ])('of a message with %o', (content, line) => {
    expect(toSummary(make('message.received', saying(content)))).toBe(`Ada: ${line}`);
  });

  test('is one line of at most 200 characters, whatever people write', () => {
    const line = toSummary(
      make(
        'message.received',
        saying({ type: 'text', body: `a\u0000b\ud800${'\r\n\t'.repeat(50)}${'😀'.repeat(500)}` }),
      ),
    );
    expect(line.length).toBeLessThanOrEqual(200);
    for (const odd of ['\r', '\n', '\t', '\u0000']) expect(line).not.toContain(odd);
    expect(line.isWellFormed()).toBe(true);
  });

  test('of a reaction that was taken back, and of a status without a known word', () => {
    expect(toSummary(make('message.reaction', { ...about, direction: 'out', emoji: null }))).toBe(
      'We took a reaction back',
    );
    const status = { messageId: 'w', status: 'unknown', rawStatus: 'novel', person: ada, errors: [] };
    expect(toSummary(make('message.status', status))).toBe('novel: message to Ada');
  });
});
