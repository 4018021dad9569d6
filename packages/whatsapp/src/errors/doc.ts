import type { ErrorRow } from '../outcome.ts';
import { ERROR_ROWS } from './table.ts';
import { WHAPI_ROWS } from './whapi.ts';
import type { WhapiRow } from './whapi.ts';

/** The page docs/errors-meta.md, generated so that it cannot disagree with the code. */

const INTRO = `# Error codes of the providers

Generated from \`packages/whatsapp/src/errors\`; a test keeps it equal. Rewrite it with
\`node packages/whatsapp/src/errors/write-doc.ts\`.

| kind | meaning | what Wharf does |
| --- | --- | --- |
| throttled | refused for its rate, certainly not processed | wait for the scope named (the request alone when there is none), spend no attempt |
| transient | failed before the provider took it | try again with backoff |
| ambiguous | the provider may have taken it | look for a status first, then decide |
| channel | the sender is unfit | pause the channel, keep the queue, alert |
| permanent | the same request fails again | give up and show the advice |

When a code that is ambiguous here arrives in a \`failed\` status, the message certainly did not arrive and the kind is
transient. Codes not listed follow the HTTP status: 429 throttled, 401 channel, 408, 5xx and \`is_transient\` ambiguous,
other 4xx permanent; without an error object of Meta's, 403, 404, 405, 407 and 3xx are channel. \`Retry-After\` and \`x-business-use-case-usage\` lengthen a wait, never shorten it.
`;

const cell = (text: string): string => text.replaceAll('|', '\\|');

function toWait(waitMs: number | undefined): string {
  if (waitMs === undefined) return '';
  const minutes = waitMs / 60_000;
  if (minutes < 1) return `${waitMs / 1000} s`;
  return minutes < 60 ? `${minutes} min` : `${minutes / 60} h`;
}

function toMarks(row: ErrorRow | WhapiRow): string {
  const marks = [
    row.recipient === true ? 'person' : '',
    row.alert === true ? 'alert' : '',
    row.maxAttempts === undefined ? '' : `at most ${row.maxAttempts} tries`,
  ];
  return marks.filter((mark) => mark !== '').join(', ');
}

function toLine(label: string, row: ErrorRow | WhapiRow): string {
  const cells = [label, row.name, row.kind, row.scope ?? '', toWait(row.waitMs), toMarks(row), row.advice];
  return `| ${cells.map(cell).join(' | ')} |`;
}

function toTable(first: string, lines: readonly string[]): string {
  const head = `| ${first} | name | kind | scope | wait | marks | what to do |\n| ---: | --- | --- | --- | ---: | --- | --- |`;
  return [head, ...lines].join('\n');
}

const codes = ({ code, codeTo }: ErrorRow): string => (code === codeTo ? String(code) : `${code}–${codeTo}`);

export function toErrorDoc(): string {
  const meta = toTable(
    'code',
    ERROR_ROWS.map((row) => toLine(codes(row), row)),
  );
  const whapi = toTable(
    'HTTP',
    WHAPI_ROWS.map((row) => toLine(String(row.status), row)),
  );
  return `${INTRO}\n## Meta\n\n${meta}\n\n## Whapi.Cloud\n\n${whapi}\n`;
}
