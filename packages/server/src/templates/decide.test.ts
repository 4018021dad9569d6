import { describe, expect, test } from 'vitest';
import { decideState, decideTemplate } from './decide.ts';
import type { TemplateFact } from './find.ts';
import { BODY } from './fixtures/templates.ts';

const fact = (more: Partial<TemplateFact> = {}): TemplateFact => ({
  id: 'tpl_1',
  category: 'UTILITY',
  status: 'APPROVED',
  statusReason: null,
  quality: 'GREEN',
  definition: { name: 'order_note', language: 'en_US', category: 'UTILITY', components: BODY },
  ttlSeconds: null,
  ...more,
});

const use = (...texts: string[]) => ({
  name: 'order_note',
  language: { code: 'en-US' },
  components: [{ type: 'body' as const, parameters: texts.map((text) => ({ type: 'text', text })) }],
});
const KNOWN = { isSynced: true };

describe('A template', () => {
  test('that is approved goes out when its parameters fit, with its category and what it costs', () => {
    expect(decideTemplate(fact(), KNOWN, use('Ana'))).toEqual({
      ok: true,
      category: 'UTILITY',
      priceCategory: 'utility',
      note: null,
    });
  });

  test('whose parameters do not fit is refused with the fields', () => {
    expect(decideTemplate(fact(), KNOWN, use())).toMatchObject({
      ok: false,
      code: 'template_parameters',
      reason: expect.stringContaining('template.components'),
      problems: [expect.objectContaining({ field: expect.stringContaining('template.components') })],
    });
    expect(decideTemplate(fact(), KNOWN, use('Ana', 'Bob'))).toMatchObject({ ok: false, code: 'template_parameters' });
  });

  test.each([
    ['PAUSED', 'template_paused'],
    ['REJECTED', 'template_rejected'],
    ['LIMIT_EXCEEDED', 'template_rejected'],
    ['DISABLED', 'template_disabled'],
    ['ARCHIVED', 'template_disabled'],
    ['PENDING', 'template_pending'],
    ['IN_APPEAL', 'template_pending'],
    ['PENDING_DELETION', 'template_unknown'],
    ['DELETED', 'template_unknown'],
  ])('that is %s is blocked as %s, with what Meta said and the way out', (status, code) => {
    const decision = decideTemplate(fact({ status, statusReason: 'FIRST_PAUSE' }), KNOWN, use('Ana'));
    expect(decision).toMatchObject({
      ok: false,
      code,
      problems: [],
      reason: expect.stringMatching(/\. Meta says: FIRST_PAUSE$/),
    });
    expect(decideState({ status, rejectedReason: null, statusDetail: null })?.code).toBe(code);
  });

  test.each([
    ['FLAGGED', /flagged/],
    ['SOMETHING_NEW', /SOMETHING_NEW; Meta decides/],
    ['constructor', /Meta decides/],
    [null, /not known yet/],
  ])('that is %s goes out with a note', (status, note) => {
    expect(decideTemplate(fact({ status }), KNOWN, use('Ana'))).toMatchObject({
      ok: true,
      note: expect.stringMatching(note),
    });
  });

  test('whose components have not been read goes out unchecked, with a note', () => {
    expect(decideTemplate(fact({ definition: null }), KNOWN, use())).toMatchObject({
      ok: true,
      note: expect.stringContaining('have not been read'),
    });
  });

  test('that is not there is refused, with the languages it has', () => {
    expect(decideTemplate(null, KNOWN, use())).toMatchObject({
      ok: false,
      code: 'template_unknown',
      reason: expect.stringContaining('GET /api/v1/templates'),
    });
    expect(decideTemplate(null, { isSynced: true, languages: ['de', 'fr'] }, use())).toMatchObject({
      reason: expect.stringContaining('de, fr'),
    });
  });

  test('that is not there goes out where the account was never read: Meta decides', () => {
    expect(decideTemplate(null, { isSynced: false }, use())).toEqual({
      ok: true,
      category: null,
      priceCategory: 'unknown',
      note: expect.stringContaining('have not been read yet'),
    });
  });

  test.each([
    ['MARKETING', 'marketing'],
    ['AUTHENTICATION', 'authentication'],
    ['NEW_ONE', 'unknown'],
    [null, 'unknown'],
  ])('of category %s is charged as %s', (category, price) => {
    expect(decideTemplate(fact({ category, definition: null }), KNOWN, use())).toMatchObject({ priceCategory: price });
  });
});
