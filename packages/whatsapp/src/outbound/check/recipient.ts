import { anyText, flag, matches, shape, andThen } from './rules.ts';
import type { Rule, Untrusted } from './rules.ts';

/** E.164 allows 15 digits; below 5 there is no number one could write to. */
const DIGITS = { min: 5, max: 15 } as const;
const CHAT_ID = /^[\w.-]+@(s\.whatsapp\.net|c\.us|lid|g\.us|newsletter)$/;

/** Meta strips punctuation itself, so it may stay; letters may not. */
const phone: Rule = (value, at, report) => {
  if (typeof value !== 'string') return report({ field: at, message: 'must be a string' });
  const digits = value.replace(/\D/g, '').length;
  const plain = /^\+?[\d\s().-]+$/.test(value);
  if (!plain)
    return report({
      field: at,
      message: 'must be a phone number with country code: digits, for example "+5511999990000"',
    });
  if (digits < DIGITS.min || digits > DIGITS.max)
    report({
      field: at,
      message: `must have ${DIGITS.min} to ${DIGITS.max} digits`,
      limit: digits < DIGITS.min ? DIGITS.min : DIGITS.max,
      actual: digits,
    });
};

const phoneOrChat: Rule = (value, at, report) => {
  if (typeof value === 'string' && CHAT_ID.test(value)) return;
  phone(value, at, report);
};

/** Opaque; only what would break a request is refused. */
const opaque = andThen(anyText, matches(/^\S+$/, 'must not contain spaces'));

export function recipientRule(provider: 'meta' | 'whapi'): Rule {
  const fields = shape({}, { to: anyText, recipient: opaque, group: flag, identityKeyHash: opaque });
  return andThen(fields, (recipient: Untrusted, at, report) => {
    const { to, group } = recipient;
    if (to === undefined && recipient['recipient'] === undefined)
      return report({
        field: at,
        message: 'needs "to" (phone number or group id) or "recipient" (business-scoped user id)',
        reason: 'missing',
      });
    if (group === true && to === undefined)
      return report({ field: 'to', message: 'is required: a group is addressed by its id', reason: 'missing' });
    if (to === undefined) return;
    if (group === true) opaque(to, 'to', report);
    else (provider === 'whapi' ? phoneOrChat : phone)(to, 'to', report);
  });
}
