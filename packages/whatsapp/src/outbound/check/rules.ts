import type { MessageProblem } from '../../message.ts';

/**
 * Small checks that combine into the shape of a whole message. A rule looks at one untrusted value, knows where it
 * stands, and reports what is wrong; it never throws and never walks further than its own limits allow.
 */
export type Report = (problem: MessageProblem) => void;
export type Rule = (value: unknown, at: string, report: Report) => void;
export type Fields = { readonly [key: string]: Rule };
export type Untrusted = { readonly [key: string]: unknown };

/** Enough for any card form or Flow payload; keeps `JSON.stringify` far from the end of the stack. */
const MAX_DEPTH = 32;
const MAX_QUOTED = 40;

export function isObject(value: unknown): value is Untrusted {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Path of a member, as one writes it in JavaScript: `a.b[2].c`. */
export function under(at: string, key: string | number): string {
  if (typeof key === 'number') return `${at}[${key}]`;
  const name = key.length > MAX_QUOTED ? `${key.slice(0, MAX_QUOTED)}…` : key;
  if (!/^[\w$]+$/.test(key)) return `${at}[${JSON.stringify(name)}]`;
  return at === '' ? name : `${at}.${name}`;
}

/** Names the words one may write. */
function permitted(words: readonly string[]): string {
  return words.map((word) => `"${word}"`).join(', ');
}

/**
 * Lengths are UTF-16 code units, as `String.length` and an input's `maxlength` count them. Meta says "characters" and
 * not which; code units are never fewer than code points, so whichever of the two Meta counts, what passes here
 * passes there. The price is one code unit too many counted per emoji.
 */
export function text(max: number, min = 1): Rule {
  return (value, at, report) => {
    if (typeof value !== 'string') return report({ field: at, message: 'must be a string' });
    if (value.length < min || (min > 0 && value.trim() === ''))
      return report({ field: at, message: 'must not be empty', actual: value.length });
    if (value.length > max)
      report({ field: at, message: `must be at most ${max} characters`, limit: max, actual: value.length });
  };
}

/** Text whose length Meta states no limit for. */
export const anyText: Rule = text(Number.MAX_SAFE_INTEGER);
/** Same, and may be empty. */
export const maybeText: Rule = text(Number.MAX_SAFE_INTEGER, 0);

export function matches(pattern: RegExp, message: string): Rule {
  return (value, at, report) => {
    if (typeof value !== 'string' || !pattern.test(value)) report({ field: at, message });
  };
}

/** Pictures, not digits and signs that could be drawn as one. */
export const noEmoji: Rule = (value, at, report) => {
  if (typeof value === 'string' && /\p{Emoji_Presentation}|\uFE0F/u.test(value))
    report({ field: at, message: 'must not contain emoji' });
};

export function oneOf(...words: readonly string[]): Rule {
  return (value, at, report) => {
    if (typeof value !== 'string' || !words.includes(value))
      report({ field: at, message: `must be one of ${permitted(words)}`, reason: 'word' });
  };
}

export const flag: Rule = (value, at, report) => {
  if (typeof value !== 'boolean') report({ field: at, message: 'must be true or false' });
};

export function number(min: number, max: number): Rule {
  return (value, at, report) => {
    if (typeof value !== 'number' || !Number.isFinite(value))
      return report({ field: at, message: 'must be a finite number' });
    if (value < min || value > max)
      report({
        field: at,
        message: `must be between ${min} and ${max}`,
        limit: value < min ? min : max,
        actual: value,
      });
  };
}

export function integer(min: number, max: number = Number.MAX_SAFE_INTEGER): Rule {
  return (value, at, report) => {
    if (!Number.isSafeInteger(value)) return report({ field: at, message: 'must be a whole number' });
    const actual = value as number;
    if (actual < min) return report({ field: at, message: `must be at least ${min}`, limit: min, actual });
    if (actual > max) report({ field: at, message: `must be at most ${max}`, limit: max, actual });
  };
}

/** `URL` alone forgives spaces and line ends around an address; Meta does not. */
export const httpUrl: Rule = (value, at, report) => {
  const fits = typeof value === 'string' && /^https?:\/\/\S+$/i.test(value) && URL.canParse(value);
  if (!fits) report({ field: at, message: 'must be an http or https URL' });
};

/** Looks at no more items than the limit allows, so a list of a million rows costs one problem. */
export function items(rule: Rule, size: { min: number; max: number; noun: string }): Rule {
  return (value, at, report) => {
    if (!Array.isArray(value)) return report({ field: at, message: 'must be a list' });
    const { min, max, noun } = size;
    if (value.length < min)
      report({ field: at, message: `needs at least ${min} ${noun}`, limit: min, actual: value.length });
    if (value.length > max)
      report({ field: at, message: `must hold at most ${max} ${noun}`, limit: max, actual: value.length });
    for (const [index, item] of value.slice(0, max).entries()) rule(item, under(at, index), report);
  };
}

function checkFields(
  value: Untrusted,
  at: string,
  fields: { required: Fields; optional: Fields; report: Report },
): void {
  const { required, optional, report } = fields;
  for (const [key, rule] of Object.entries(required)) {
    if (!Object.hasOwn(value, key) || value[key] === undefined)
      report({ field: under(at, key), message: 'is required', reason: 'missing' });
    else rule(value[key], under(at, key), report);
  }
  for (const [key, rule] of Object.entries(optional)) {
    if (Object.hasOwn(value, key) && value[key] !== undefined) rule(value[key], under(at, key), report);
  }
}

/** An object with these keys and no others: Meta refuses unknown keys with code 100, and a misspelled one is a bug. */
export function shape(required: Fields, optional: Fields = {}): Rule {
  return (value, at, report) => {
    if (!isObject(value)) return report({ field: at, message: 'must be an object' });
    checkFields(value, at, { required, optional, report });
    for (const key of Object.keys(value)) {
      if (!Object.hasOwn(required, key) && !Object.hasOwn(optional, key))
        report({
          field: under(at, key),
          message: `unknown key; permitted: ${permitted([...Object.keys(required), ...Object.keys(optional)])}`,
          reason: 'unknown',
        });
    }
  };
}

/** An object where Meta's keys are open (contact cards, payments); what is not named must at least be plain JSON. */
export function openShape(required: Fields, optional: Fields = {}): Rule {
  return (value, at, report) => {
    if (!isObject(value)) return report({ field: at, message: 'must be an object' });
    checkFields(value, at, { required, optional, report });
    for (const [key, rest] of Object.entries(value)) {
      if (!Object.hasOwn(required, key) && !Object.hasOwn(optional, key)) json(rest, under(at, key), report);
    }
  };
}

function isJson(value: unknown, depth: number): boolean {
  if (value === null || value === undefined || typeof value === 'string' || typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || depth === 0) return false;
  return Object.values(value).every((member) => isJson(member, depth - 1));
}

/** Anything that survives `JSON.stringify`. */
const json: Rule = (value, at, report) => {
  if (!isJson(value, MAX_DEPTH))
    report({ field: at, message: `must be plain JSON, at most ${MAX_DEPTH} levels deep`, limit: MAX_DEPTH });
};

export const jsonObject: Rule = openShape({});

/** Runs `further` only on a value that `rule` found nothing wrong with, so `further` names the type it then has. */
export function andThen(rule: Rule, further: (value: never, at: string, report: Report) => void): Rule {
  return (value, at, report) => {
    let sound = true;
    rule(value, at, (problem) => {
      sound = false;
      report(problem);
    });
    if (sound) further(value as never, at, report);
  };
}

/** Exactly one of the keys must be there. */
export function onlyOneOf(...keys: readonly string[]): (value: Untrusted, at: string, report: Report) => void {
  return (value, at, report) => {
    const given = keys.filter((key) => value[key] !== undefined);
    if (given.length === 1) return;
    const problem = { field: at, message: `needs exactly one of ${permitted(keys)}`, limit: 1, actual: given.length };
    report(given.length === 0 ? { ...problem, reason: 'missing' } : problem);
  };
}

/** Picks the rule by the word under `key`; an unknown word is answered with the permitted ones. */
export function byWord(key: string, rules: Fields): Rule {
  return (value, at, report) => {
    if (!isObject(value)) return report({ field: at, message: 'must be an object' });
    const word = value[key];
    const rule = typeof word === 'string' && Object.hasOwn(rules, word) ? rules[word] : undefined;
    if (rule === undefined)
      return report({
        field: under(at, key),
        message: `must be one of ${permitted(Object.keys(rules))}`,
        reason: word === undefined ? 'missing' : 'word',
      });
    rule(value, at, report);
  };
}

/** Titles are what tells sections apart, so Meta wants them as soon as there are two. */
export function requireTitles(sections: readonly { title?: string }[], at: string, report: Report): void {
  if (sections.length < 2) return;
  for (const [index, each] of sections.entries()) {
    if (each.title === undefined)
      report({
        field: `${at}.sections[${index}].title`,
        message: 'is required when there is more than one section',
        reason: 'missing',
      });
  }
}

/** Every member's `pick` must differ; reports the later of two equals. */
export function allDifferent<T>(
  list: readonly T[],
  pick: (item: T) => string,
  where: (index: number) => string,
  report: Report,
): void {
  const seen = new Set<string>();
  for (const [index, item] of list.entries()) {
    const key = pick(item);
    if (seen.has(key)) report({ field: where(index), message: 'must be unique within the message' });
    seen.add(key);
  }
}
