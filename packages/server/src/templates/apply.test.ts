import { describe, expect, test } from 'vitest';
import { applyNews, toStub } from './apply.ts';
import { AT, BODY, META_ID, news } from './fixtures/templates.ts';
import type { Change, News, TemplateState } from './state.ts';

const stub = (more: Partial<TemplateState> = {}): TemplateState => ({ ...toStub('tpl_1', news(), AT), ...more });
const status = (word: string, reason: string | null = null, detail: string | null = null) => ({ word, reason, detail });
const toLine = (change: Change) => [change.field, change.from, change.to, change.reason];

const approved = stub({ status: 'APPROVED', statusAt: AT, category: 'UTILITY', categoryAt: AT, syncedAt: AT });

interface Case {
  readonly name: string;
  readonly state: TemplateState;
  readonly news: News;
  readonly becomes: Partial<TemplateState>;
  readonly lines: unknown[][];
  readonly isContested?: boolean;
}

const CASES: readonly Case[] = [
  {
    name: 'a status is taken with its reason and its sentences',
    state: approved,
    news: news({ at: AT + 1, status: status('REJECTED', 'INVALID_FORMAT', 'Variables at the edge') }),
    becomes: {
      status: 'REJECTED',
      rejectedReason: 'INVALID_FORMAT',
      statusDetail: 'Variables at the edge',
      statusAt: AT + 1,
    },
    lines: [['status', 'APPROVED', 'REJECTED', 'INVALID_FORMAT: Variables at the edge']],
  },
  {
    name: 'the same status again is no line of history, but what is older than it is late from now on',
    state: approved,
    news: news({ at: AT + 5, status: status('APPROVED') }),
    becomes: { status: 'APPROVED', statusAt: AT + 5 },
    lines: [],
  },
  {
    name: 'another reason for the same status is one',
    state: stub({ status: 'REJECTED', rejectedReason: 'SCAM', statusDetail: 'Why', statusAt: AT }),
    news: news({ at: AT + 1, status: status('REJECTED', 'ABUSIVE_CONTENT') }),
    becomes: { rejectedReason: 'ABUSIVE_CONTENT', statusDetail: 'Why' },
    lines: [['rejected_reason', 'SCAM', 'ABUSIVE_CONTENT', null]],
  },
  {
    name: 'a status that comes late changes nothing and is history without what was before it',
    state: approved,
    news: news({ at: AT - 1, status: status('PAUSED', null, 'FIRST_PAUSE') }),
    becomes: { status: 'APPROVED', statusAt: AT },
    lines: [['status', null, 'PAUSED', 'FIRST_PAUSE']],
  },
  {
    name: 'a list that is older than a webhook and says otherwise is contested, not believed',
    state: approved,
    news: news({ at: AT - 1, source: 'sync', status: status('PENDING') }),
    becomes: { status: 'APPROVED' },
    lines: [],
    isContested: true,
  },
  {
    name: 'a flagged template is approved in the list and stays flagged',
    state: stub({ status: 'FLAGGED', statusAt: AT }),
    news: news({ at: AT + 1, source: 'sync', status: status('APPROVED') }),
    becomes: { status: 'FLAGGED', statusAt: AT },
    lines: [],
  },
  {
    name: 'a flagged template is approved again when the webhook says so',
    state: stub({ status: 'FLAGGED', statusAt: AT }),
    news: news({ at: AT + 1, status: status('APPROVED') }),
    becomes: { status: 'APPROVED' },
    lines: [['status', 'FLAGGED', 'APPROVED', null]],
  },
  {
    name: 'a deleted template is gone, and not gone when it is there again',
    state: stub({ status: 'DELETED', statusAt: AT, goneAt: AT }),
    news: news({ at: AT + 1, status: status('APPROVED') }),
    becomes: { status: 'APPROVED', goneAt: null },
    lines: [['status', 'DELETED', 'APPROVED', null]],
  },
  {
    name: 'an announced category is kept beside the one in force',
    state: approved,
    news: news({ at: AT + 1, category: 'UTILITY', upcoming: { category: 'MARKETING', effectiveAt: AT + 86_400_000 } }),
    becomes: { category: 'UTILITY', upcomingCategory: 'MARKETING', upcomingAt: AT + 86_400_000 },
    lines: [['upcoming_category', null, 'MARKETING', null]],
  },
  {
    name: 'when it happens, the announcement is over',
    state: { ...approved, upcomingCategory: 'MARKETING', upcomingAt: AT + 5, announcedAt: AT },
    news: news({ at: AT + 5, category: 'MARKETING' }),
    becomes: { category: 'MARKETING', upcomingCategory: null, upcomingAt: null },
    lines: [['category', 'UTILITY', 'MARKETING', null]],
  },
  {
    name: 'an announcement that comes after it has happened announces nothing',
    state: { ...approved, category: 'MARKETING', categoryAt: AT + 5 },
    news: news({ at: AT, upcoming: { category: 'MARKETING', effectiveAt: AT + 5 } }),
    becomes: { category: 'MARKETING', upcomingCategory: null },
    lines: [['upcoming_category', null, 'MARKETING', null]],
  },
  {
    name: 'the first quality of a template is UNKNOWN, which is no event',
    state: approved,
    news: news({ at: AT + 1, quality: 'UNKNOWN' }),
    becomes: { quality: 'UNKNOWN', qualityAt: AT + 1 },
    lines: [],
  },
  {
    name: 'a quality that falls is one',
    state: { ...approved, quality: 'GREEN', qualityAt: AT },
    news: news({ at: AT + 1, quality: 'RED' }),
    becomes: { quality: 'RED' },
    lines: [['quality', 'GREEN', 'RED', null]],
  },
  {
    name: 'the first components are no change',
    state: approved,
    news: news({ at: AT + 1, content: { components: BODY, parameterFormat: null, ttlSeconds: null } }),
    becomes: { components: BODY },
    lines: [],
  },
  {
    name: 'other components are one, another time to live too',
    state: { ...approved, components: BODY, componentsAt: AT },
    news: news({
      at: AT + 1,
      content: { components: [{ type: 'BODY', text: 'Bye' }], parameterFormat: null, ttlSeconds: 60 },
    }),
    becomes: { ttlSeconds: 60 },
    lines: [
      ['components', BODY, [{ type: 'BODY', text: 'Bye' }], null],
      ['ttl', null, 60, null],
    ],
  },
  {
    name: 'examples are signed anew at each reading, and words come in both cases: the same components',
    state: { ...approved, components: BODY, componentsAt: AT },
    news: news({
      at: AT + 1,
      content: {
        components: [{ type: 'body', text: 'Hi {{1}}, it left today.', example: { x: 1 } }],
        parameterFormat: null,
        ttlSeconds: null,
      },
    }),
    becomes: { componentsAt: AT + 1 },
    lines: [],
  },
  {
    name: 'a name that is used again is another template: nothing of the old one counts',
    state: { ...approved, quality: 'RED', qualityAt: AT },
    news: news({ at: AT + 1, templateId: '77', status: status('PENDING') }),
    becomes: { templateId: '77', status: 'PENDING', quality: null, category: null },
    lines: [
      ['template_id', META_ID, '77', null],
      ['status', null, 'PENDING', null],
    ],
  },
  {
    name: 'late news of the template that had the name before is nothing',
    state: approved,
    news: news({ at: AT - 1, templateId: '77', status: status('DELETED') }),
    becomes: { templateId: META_ID, status: 'APPROVED', goneAt: null },
    lines: [],
  },
];

describe('News of a template', () => {
  test.each(CASES)('$name', ({ state, news: told, becomes, lines, isContested = false }) => {
    const applied = applyNews(state, told);
    expect(applied.state).toMatchObject(becomes);
    expect(applied.changes.map(toLine)).toEqual(lines);
    expect(applied.isContested).toBe(isContested);
  });

  test('comes to the same in whatever order it arrives', () => {
    const told = [
      news({ at: AT + 1, status: status('APPROVED'), category: 'UTILITY' }),
      news({ at: AT + 2, quality: 'YELLOW' }),
      news({ at: AT + 3, status: status('PAUSED', null, 'FIRST_PAUSE') }),
      news({ at: AT + 4, quality: 'RED' }),
      news({ at: AT + 5, status: status('DISABLED'), category: 'MARKETING' }),
    ];
    const orders = told.flatMap((_, a) =>
      told.map((__, b) => [
        told[b],
        ...told.filter((one, n) => n !== b && n >= a),
        ...told.slice(0, a).filter((_one, n) => n !== b),
      ]),
    );
    const ends = orders.map((order) =>
      order.reduce((state, one) => (one ? applyNews(state, one).state : state), stub()),
    );
    expect(new Set(ends.map((end) => JSON.stringify(end))).size).toBe(1);
    expect(ends[0]).toMatchObject({ status: 'DISABLED', category: 'MARKETING', quality: 'RED' });
  });
});
