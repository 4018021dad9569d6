import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  buttons,
  checkMediaFile,
  checkMessage,
  checkRecipient,
  failureOfStatusErrors,
  graphErrorOfProblems,
  image,
  inReplyTo,
  list,
  makeGraphClient,
  parseGraphSend,
  readMediaFacts,
  template,
  text,
} from '../outbound.ts';
import type { OutgoingMessage, Recipient, SendOutcome, Transport } from '../outbound.ts';

/**
 * The examples of README's section "Sending", compiled and run. The test below holds the README to exactly this code:
 * change both together.
 */
const accessToken = 'token';
const phoneNumberId = '106540352242922';
const print = (line: string): void => void lines.push(line);
const lines: string[] = [];

const transport: Transport = ({ method }) => {
  const answer =
    method === 'POST' ? { messages: [{ id: 'wamid.1' }] } : { url: 'https://lookaside.fbsbx.com/1', id: '1' };
  return Promise.resolve({
    status: 200,
    headers: () => null,
    bytes: () => Promise.resolve(Buffer.from(JSON.stringify(answer))),
  });
};

// example: build
const hello = text('Hello!');
const photo = image('https://example.org/shoe.jpg', 'Our bestseller');
const question = buttons(
  'Is the order right?',
  [
    { id: 'yes', title: 'Yes' },
    { id: 'no', title: 'No' },
  ],
  { header: 'Order 77', footer: 'Bright Shoes' },
);
const menu = list('What do you need?', 'Open', [
  { id: 'price', title: 'Prices' },
  { id: 'hours', title: 'Opening hours', description: 'Also on holidays' },
]);
const note = template('order_note', 'en_US', { body: { first_name: 'Ana' }, buttons: [{ urlSuffix: 'ord-77' }] });
const answer = inReplyTo(text('Yes, it is.'), 'wamid.IN1');
// end

// example: check
const problems = [...checkMessage(text('')), ...checkRecipient({ to: 'Ana' })];
for (const { field, message } of problems) print(`${field} ${message}`);
// text.body must not be empty
// to must be a phone number with country code: digits, for example "+5511999990000"
// end

// example: outcome
function explain(outcome: SendOutcome): string {
  switch (outcome.kind) {
    case 'accepted':
      return `taken as ${outcome.messageId}; statuses tell whether it arrives`;
    case 'throttled':
      return `wait ${outcome.waitMs ?? 1000} ms, then send again`;
    case 'transient':
      return 'send again with backoff';
    case 'ambiguous':
      return 'it may have gone out: wait for a status that carries your callback data';
    case 'channel':
      return `stop this sender: ${outcome.advice}`;
    case 'permanent':
    default:
      return `give up: ${outcome.advice}`;
  }
}
// end

/** The first page of an OGG that holds Opus in stereo. */
const bytes = Buffer.concat([
  Buffer.from('OggS'),
  Buffer.alloc(22),
  Buffer.from([1, 19]),
  Buffer.from('OpusHead'),
  Buffer.from([1, 2]),
]);
const queue = (message: OutgoingMessage, recipient: Recipient): string => `${message.type} to ${recipient.to}`;

// example: files
const recording = { mimeType: 'audio/ogg', sizeBytes: bytes.byteLength, isVoice: true, ...readMediaFacts(bytes) };
for (const { message } of checkMediaFile('audio', recording)) print(message);
// a voice note must be OGG with Opus, mono: convert it (ffmpeg -c:a libopus -ac 1 note.ogg), or send it as audio
// end

// example: receive
function receive(body: unknown): { status: number; body: object } {
  const wanted = parseGraphSend(body);
  if (wanted.kind === 'refused') {
    const { httpStatus, body: error } = graphErrorOfProblems(wanted.problems, 'trace-7');
    return { status: httpStatus, body: error };
  }
  if (wanted.kind === 'read') return { status: 200, body: { success: true } };
  return { status: 200, body: { messages: [{ id: queue(wanted.message, wanted.recipient) }] } };
}
// end

async function send(): Promise<SendOutcome> {
  // example: send
  const graph = makeGraphClient({ accessToken, transport });
  const outcome = await graph.send(phoneNumberId, hello, { to: '+5511999990000' }, { callbackData: 'intent-42' });
  print(explain(outcome));
  // end
  return outcome;
}

/** The marked parts of this file, without their indentation. */
function examples(): Map<string, string> {
  const source = readFileSync(new URL(import.meta.url), 'utf8');
  const found = source.matchAll(/^( *)\/\/ example: (\w+)\n([\s\S]*?)^ *\/\/ end$/gm);
  return new Map(
    [...found].map(([, indent = '', name = '', code = '']) => [
      name,
      code.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
    ]),
  );
}

describe('README, section Sending', () => {
  test('shows exactly the examples that compile here', () => {
    const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
    const section = readme.split(/^## Sending$/m)[1]?.split(/^## /m)[0] ?? '';
    const blocks = [...section.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code = '']) =>
      code.replace(', transport }', ' }'),
    );
    const expected = [...examples().values()].map((code) => code.replace(', transport }', ' }'));
    expect(blocks.filter((block) => !block.startsWith('import')).sort()).toEqual(expected.sort());
  });

  test('builds messages that pass the check', () => {
    const messages: OutgoingMessage[] = [hello, photo, question, menu, note, answer];
    expect(messages.flatMap((message) => checkMessage(message))).toEqual([]);
  });

  test('says what it prints', async () => {
    expect(lines.slice(0, 2)).toEqual(problems.map(({ field, message }) => `${field} ${message}`));
    expect(examples().get('check')).toContain(
      lines
        .slice(0, 2)
        .map((line) => `// ${line}`)
        .join('\n'),
    );
    expect(examples().get('files')).toContain(`// ${lines[2]}`);
    expect(await send()).toMatchObject({ kind: 'accepted' });
    expect(lines.at(-1)).toBe('taken as wamid.1; statuses tell whether it arrives');
    expect(receive({ messaging_product: 'whatsapp', to: '5511999990000', ...hello })).toEqual({
      status: 200,
      body: { messages: [{ id: 'text to 5511999990000' }] },
    });
    expect(receive({ messaging_product: 'whatsapp', status: 'read', message_id: 'w' })).toMatchObject({ status: 200 });
    expect(receive({})).toMatchObject({ status: 400, body: { error: { code: 100, fbtrace_id: 'trace-7' } } });
    expect(explain(failureOfStatusErrors([{ code: 131047 }]))).toContain('approved template');
  });
});
