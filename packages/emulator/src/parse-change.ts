import type { AccountChange, NumberChange, PersonChange, TemplateChange, TemplateStatus } from './contract.ts';
import type { Done } from './customer.ts';

/** Commands that come as JSON: known names with the right kinds of values, or a sentence. */

type Is = (value: unknown) => boolean;

const isBoolean: Is = (value) => typeof value === 'boolean';
const isText: Is = (value) => typeof value === 'string' && value !== '';
const isCount: Is = (value) => Number.isInteger(value) && Number(value) >= 0;
const isRate: Is = (value) => isCount(value) && Number(value) >= 1;
const oneOf =
  (...known: readonly unknown[]): Is =>
  (value) =>
    known.includes(value);

const qualities = oneOf('GREEN', 'YELLOW', 'RED', 'UNKNOWN');
const categories = oneOf('MARKETING', 'UTILITY', 'AUTHENTICATION');

const person: Readonly<Record<keyof PersonChange, Is>> = {
  online: isBoolean,
  readReceipts: isBoolean,
  marketing: oneOf('stop', 'resume'),
  numberId: isText,
  blocked: isBoolean,
  unreachable: isBoolean,
  marketingCap: (value) => value === null || isCount(value),
};

const statuses: readonly TemplateStatus[] = [
  'APPROVED',
  'PENDING',
  'REJECTED',
  'PAUSED',
  'DISABLED',
  'IN_APPEAL',
  'PENDING_DELETION',
  'LIMIT_EXCEEDED',
  'ARCHIVED',
];

const template: Readonly<Record<keyof TemplateChange, Is>> = {
  status: oneOf(...statuses),
  reason: isText,
  category: categories,
  correctCategory: categories,
  quality: qualities,
};

const number: Readonly<Record<keyof NumberChange, Is>> = {
  messagesPerSecond: isRate,
  isOnBizApp: isBoolean,
  registered: isBoolean,
  quality: qualities,
  maintenanceMs: isCount,
};

const account: Readonly<Record<keyof AccountChange, Is>> = {
  tier: oneOf('TIER_250', 'TIER_2K', 'TIER_10K', 'TIER_100K', 'TIER_UNLIMITED'),
  token: oneOf('valid', 'expired', 'revoked'),
  locked: isBoolean,
  paymentProblem: isBoolean,
};

type Body = Readonly<Record<string, unknown>>;

function parse<T>(rules: Readonly<Record<string, Is>>, body: Body): Done<T> {
  for (const [name, value] of Object.entries(body)) {
    const is = Object.hasOwn(rules, name) ? rules[name] : undefined;
    if (is === undefined) return { ok: false, error: `There is no ${name} to change.` };
    if (!is(value)) return { ok: false, error: `${name} has a value that is not possible.` };
  }
  return { ok: true, value: body as T };
}

export const parsePersonChange = (body: Body): Done<PersonChange> => parse(person, body);
export const parseTemplateChange = (body: Body): Done<TemplateChange> => parse(template, body);
export const parseNumberChange = (body: Body): Done<NumberChange> => parse(number, body);
export const parseAccountChange = (body: Body): Done<AccountChange> => parse(account, body);
