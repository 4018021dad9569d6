import type { BrowserContext, Page } from 'playwright-core';
import { expect } from 'vitest';
import { openBrowser } from '../support/browser.ts';
import { until } from '../support/until.ts';
import { attacks } from './rig/attack.ts';
import { toDelivery, toMessage, toText } from './rig/deliveries.ts';
import { toHostileMessages, XSS } from './fixtures/hostile-texts.ts';
import { MARK, SECRETS, toPhone } from './rig/secrets.ts';
import type { Siege } from './rig/siege.ts';
import { SENT, toStrange } from './rig/stored.ts';

/** Meta has a template that is all markup, and Wharf reads it. */
async function plantTemplate({ graph, rows }: Siege): Promise<void> {
  graph.rule(({ method, path }, res) => {
    if (method !== 'GET' || !path.includes('/message_templates')) return false;
    const components = [
      { type: 'HEADER', format: 'TEXT', text: XSS },
      { type: 'BODY', text: XSS },
      { type: 'FOOTER', text: XSS },
      { type: 'BUTTONS', buttons: [{ type: 'URL', text: XSS, url: 'javascript:x()' }] },
    ];
    const template = {
      id: '1',
      name: 'hello_world',
      language: 'en_US',
      status: 'REJECTED',
      category: 'UTILITY',
      components,
    };
    res.writeHead(200, { 'content-type': 'application/json' });
    res.end(JSON.stringify({ data: [{ ...template, rejected_reason: XSS }], paging: {} }));
    return true;
  });
  await rows(`update template_accounts set wanted = true, due_at = '-infinity', retry_at = null, tried_at = null`);
  const isRead = async () => (await rows(`select 1 from templates where components::text like '%onerror%'`)).length > 0;
  await until('the template is read', isRead);
}

/** The kinds of text that come from outside, all of them markup, in the rows that the pages below show. */
async function plant(siege: Siege): Promise<void> {
  const contacts = [{ profile: { name: XSS, username: XSS }, wa_id: toPhone(7) }];
  const messages = toHostileMessages(toPhone(7));
  await siege.receive(
    toDelivery({ value: { contacts, messages } }),
    toText(`crash: ${XSS}`, { from: toPhone(7) }),
    toDelivery({
      field: 'message_template_status_update',
      value: {
        event: 'REJECTED',
        message_template_id: 1,
        message_template_name: 'hello_world',
        message_template_language: 'en_US',
        reason: XSS,
      },
    }),
    toDelivery({ field: XSS, value: { [XSS]: XSS } }),
    toDelivery({ value: { messages: [toMessage({ from: toPhone(7), type: XSS })] } }),
    `<h1>${XSS}</h1>`,
  );
  await plantTemplate(siege);
  await siege.rows(
    `insert into alerts (id, workspace_id, channel_id, kind, detail) select 'alr_01', 'main', id, 'channel_paused', $1 from channels`,
    [XSS],
  );
  await siege.rows(
    `update channels set name = $1, state_reason = $1, learned = learned || jsonb_build_object('problem', $1::text)`,
    [XSS],
  );
}

const attack = attacks();

/** Answers of ours, and what Meta says of one of them. */
async function answer(siege: Siege): Promise<void> {
  const end = siege.graph.rule(({ method, path, body }, res) => {
    if (method !== 'POST' || !path.endsWith('/messages') || !body.includes('refuse me')) return false;
    const error = { message: XSS, code: 131_026, error_data: { details: XSS }, fbtrace_id: XSS };
    res.writeHead(400, { 'content-type': 'application/json' }).end(JSON.stringify({ error }));
    return true;
  });
  const button = { type: 'reply', reply: { id: XSS.slice(0, 200), title: '<img src=x>' } };
  const texts = [
    { type: 'text', text: { body: `refuse me ${XSS}` } },
    {
      type: 'interactive',
      interactive: {
        type: 'button',
        header: { type: 'text', text: '<b onclick=x()>' },
        body: { text: XSS },
        footer: { text: '<script>x()</script>' },
        action: { buttons: [button] },
      },
    },
    { type: 'location', location: { latitude: 1, longitude: 2, name: XSS, address: XSS } },
    { type: 'contacts', contacts: [{ name: { formatted_name: XSS, first_name: XSS }, org: { company: XSS } }] },
    {
      type: 'text',
      text: { body: `${XSS} javascript:alert(1) [x](javascript:alert(1)) https://shop.example/"onmouseover="x()` },
    },
  ];
  for (const message of texts) {
    const sent = await siege.api('POST', '/api/v1/messages', { to: toPhone(7), message });
    expect([message.type, sent.status, sent.status === 201 ? '' : sent.text]).toEqual([message.type, 201, '']);
  }
  await siege.settled();
  end();
}

interface Seen {
  readonly ran: string[];
  readonly foreign: string[];
  readonly errors: string[];
}

/** What a script of a stranger would do is what these hear; what the policy of the page forbade was tried as well. */
async function listen(context: BrowserContext, url: string): Promise<Seen> {
  const seen: Seen = { ran: [], foreign: [], errors: [] };
  await context.exposeFunction('x', () => void seen.ran.push('a script'));
  await context.exposeFunction('reported', (what: string) => void seen.ran.push(what));
  // As text: this side of the test knows nothing of documents.
  await context.addInitScript({
    content: `addEventListener('securitypolicyviolation', (event) =>
      reported(event.violatedDirective + ' ' + event.blockedURI + ' ' + event.sample));`,
  });
  context.on('request', (request) => {
    if (!request.url().startsWith(url) && !/^(data|blob|about):/.test(request.url())) seen.foreign.push(request.url());
  });
  context.on('dialog', (dialog) => {
    seen.ran.push(`a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  context.on('weberror', (error) => void seen.errors.push(error.error().message));
  return seen;
}

const HARMLESS = /^(https?:|mailto:|tel:|blob:|$)/;

interface Found {
  readonly text: string;
  readonly strange: readonly string[];
}

const STRANGE = [
  'script:not([src])',
  'iframe, object, embed, base, math, marquee',
  'form[action], img[src="x"]',
  '[onerror], [onload], [onclick], [onmouseover]',
].join();

/** The page as it stands: its text, and elements and links that no page of ours has. */
const inspect = (page: Page): Promise<Found> =>
  page.evaluate<Found>(`({
    text: document.body.innerText,
    strange: [
      ...[...document.querySelectorAll(${JSON.stringify(STRANGE)})].map((element) => element.outerHTML),
      ...[...document.querySelectorAll('a[href], area[href]')].map((link) => link.href),
    ],
  })`);

async function listPaths(siege: Siege): Promise<string[]> {
  const ids = (sql: string) => siege.rows<{ id: string }>(sql).then((rows) => rows.map(({ id }) => id));
  const [events, messages, conversations, contacts, templates] = await Promise.all([
    ids(`select position::text as id from events order by position desc limit 4`),
    ids(`select id from messages where preview like '%<%' or body::text like '%<%' order by id limit 12`),
    ids(`select id from conversations limit 2`),
    ids(`select id from contacts limit 2`),
    ids(`select id from templates where name = 'hello_world' limit 1`),
  ]);
  return [
    '/events',
    '/messages',
    '/conversations',
    '/quarantine',
    '/templates',
    '/channels',
    '/alerts',
    '/policy',
    ...conversations.map((id) => `/conversations/${id}`),
    ...contacts.map((id) => `/contacts/${id}`),
    ...templates.flatMap((id) => [`/templates/${id}`, `/templates/${id}/edit`]),
    ...events.map((id) => `/events/${id}`),
    ...messages.map((id) => `/messages/${id}`),
  ];
}

async function visit(page: Page, url: string): Promise<Found> {
  await page.goto(url);
  await page.getByRole('heading', { level: 1 }).first().waitFor();
  // Its lists are read after its heading is there.
  await page.waitForLoadState('networkidle');
  return inspect(page);
}

attack(
  41,
  'markup in any text from outside is text on every page of the dashboard: nothing runs, nothing is asked of others',
  {
    stores: {
      ...toStrange(6),
      events: 'any',
      event_marks: 'any',
      ...SENT,
      media: 'any',
      message_emojis: 'any',
      quarantine: 1,
      templates: 'any',
      template_changes: 'any',
      template_accounts: 'any',
      alerts: 1,
      channels: 'any',
      parked: 'any',
      sessions: 1,
    },
    sends: 6,
    logs: ['media.missed', 'templates.synced'],
    timeoutMs: 120_000,
  },
  async (siege) => {
    await plant(siege);
    await answer(siege);
    await using browser = await openBrowser();
    const seen = await listen(browser.context, siege.url);
    const page = await browser.context.newPage();
    await visit(page, `${siege.url}/#key=${SECRETS.apiKey}`);
    const shown: string[] = [];
    for (const path of await listPaths(siege)) {
      const { text, strange } = await visit(page, `${siege.url}${path}`);
      expect([path, strange.filter((one) => one.startsWith('<') || !HARMLESS.test(one))]).toEqual([path, []]);
      if (text.includes('<img src=x onerror=x()>')) shown.push(path);
    }
    expect(seen).toEqual({ ran: [], foreign: [], errors: [] });
    // The markup was really there to be seen, on pages of each kind.
    const kinds = new Set(shown.map((path) => path.split('/')[1]));
    const wanted = ['alerts', 'channels', 'contacts', 'conversations', 'events', 'messages', 'quarantine', 'templates'];
    expect(wanted.filter((kind) => !kinds.has(kind))).toEqual([]);
  },
);

attack(
  45,
  'a link in a text is one of the web or no link at all, whatever its letters',
  { stores: { ...toStrange(1), sessions: 1 }, timeoutMs: 60_000 },
  async (siege) => {
    const hostile = [
      'javascript:alert(1)',
      'JaVaScRiPt:alert(1)',
      'java\tscript:alert(1)',
      'data:text/html,<script>x()</script>',
      'vbscript:x',
      '[a](javascript:x())',
      'https://a.example/"onclick="x()',
      '//evil.example',
      'https:javascript:x()',
    ];
    await siege.receive(toText(`quiet ${MARK} ${hostile.join(' \n')}`, { from: toPhone(8) }));
    const [{ id } = { id: '' }] = await siege.rows<{ id: string }>(
      `select conversation_id as id from messages order by id desc limit 1`,
    );
    await using browser = await openBrowser();
    const page = await browser.context.newPage();
    await visit(page, `${siege.url}/#key=${SECRETS.apiKey}`);
    await visit(page, `${siege.url}/conversations/${id}`);
    const hrefs = await page.evaluate<string[]>(
      `[...document.querySelectorAll('main article a')].map((link) => link.getAttribute('href') ?? '')`,
    );
    for (const href of hrefs) expect(href).toMatch(/^(https?:\/\/[^"<>\s]+|\/[\w/-]*)$/);
  },
);

attack(45, 'redirects and the page after the sign-in lead nowhere else', async (siege) => {
  for (const path of [
    '//evil.example',
    '/\\evil.example',
    '/%2f%2fevil.example',
    '/?next=https://evil.example',
    '/events/',
    '/api/docs/',
  ])
    expect((await siege.ask(path)).headers.get('location'), path).toBeNull();
});

attack(41, 'every page carries a policy that forbids scripts in the page, frames and foreign hosts', async (siege) => {
  for (const path of [
    '/',
    '/events',
    '/api/docs',
    '/nowhere',
    '/api/v1/me',
    '/webhooks/whatsapp',
    '/graph/v26.0/1',
    '/media/x',
  ]) {
    const { headers } = await siege.ask(path);
    expect([path, headers.get('x-content-type-options')]).toEqual([path, 'nosniff']);
    const type = headers.get('content-type') ?? '';
    if (!type.startsWith('text/html')) continue;
    const policy = headers.get('content-security-policy') ?? '';
    expect([path, policy]).toEqual([path, expect.stringContaining("frame-ancestors 'none'")]);
    expect(policy).toMatch(/default-src 'self'/);
    expect(policy).not.toMatch(/script-src[^;]*unsafe/);
    expect(headers.get('x-powered-by') ?? headers.get('server')).toBeNull();
  }
});
