import { describe, expect, test } from 'vitest';
import { authentication } from '../outbound/build-template.ts';
import { checkTemplateDefinition } from './check-definition.ts';
import { checkTemplateUse } from './check-use.ts';
import { carousel, coupon, named, otp, raw, two, use } from './test-definitions.ts';

describe('checkTemplateUse at its edges', () => {
  test('a coupon and a code of 15 characters fit', () => {
    const code = 'x'.repeat(15);
    expect(checkTemplateUse(coupon, use({ buttons: [{ couponCode: code, index: 1 }] }))).toEqual([]);
    expect(checkTemplateUse(otp, authentication('t', 'en_US', code).template)).toEqual([]);
  });

  test('what the builder makes of cards fits', () => {
    const card = { header: { image: '1' }, body: ['Ana'], buttons: [{ urlSuffix: 'a' }] };
    expect(checkTemplateUse(carousel, use({ body: ['Ana'], cards: [card, card] }))).toEqual([]);
  });

  test('four spaces in a row fit', () => {
    expect(checkTemplateUse(two, use({ body: ['a', 'b    c'] }))).toEqual([]);
  });

  test.each([
    null,
    7,
    [],
    { components: 'x' },
    { components: [null, 7, { type: {} }, { type: 'carousel', cards: 7 }] },
  ])('never throws: %j', (value) => {
    expect(checkTemplateUse(carousel, value as never).length).toBeGreaterThan(0);
    expect(checkTemplateUse(value as never, use({ body: ['a'] })).length).toBeGreaterThan(0);
  });

  test.each(['constructor', '__proto__', 'toString'])('takes %s for no kind it knows', (type) => {
    const components = [
      { type: 'header', format: type },
      { type: 'body', text: 'a b.' },
      { type: 'buttons', buttons: [{ type }] },
    ];
    const definition = { name: 't', language: 'en_US', category: type, components, message_send_ttl_seconds: 1 };
    const used = raw(
      { type: 'header', parameters: [] },
      { type: 'button', sub_type: type, index: 0, parameters: [{ type }] },
    );
    expect(checkTemplateUse(definition, used)).toEqual([]);
    expect(checkTemplateDefinition(definition).map(({ field }) => field)).toEqual(
      expect.arrayContaining(['category', 'components[0].format', 'components[2].buttons[0].type']),
    );
  });

  test('looks at a bounded part of what a hostile message holds', () => {
    const parameters = Array.from({ length: 200_000 }, () => ({ type: 'text', text: 'a', parameter_name: 'x' }));
    const many = raw(...Array.from({ length: 200_000 }, () => ({ type: 'body', parameters })));
    expect(checkTemplateUse(named, many).length).toBeLessThanOrEqual(50);
    expect(checkTemplateUse(carousel, raw({ type: 'carousel', cards: parameters })).length).toBeLessThanOrEqual(50);
  });
});
