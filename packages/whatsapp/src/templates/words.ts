import { isObject, oneOf, under } from '../outbound/check/rules.ts';
import type { Fields, Rule } from '../outbound/check/rules.ts';
import { wordOf } from './shape.ts';

/** As `oneOf` and `byWord`, in upper or lower case alike. */
export function wordIn(...words: readonly string[]): Rule {
  return (value, at, report) => oneOf(...words)(wordOf(value), at, report);
}

export function byAnyWord(key: string, rules: Fields): Rule {
  return (value, at, report) => {
    if (!isObject(value)) return report({ field: at, message: 'must be an object' });
    const word = wordOf(value[key]);
    const rule = Object.hasOwn(rules, word) ? rules[word] : undefined;
    if (rule === undefined) return oneOf(...Object.keys(rules))(word, under(at, key), report);
    rule(value, at, report);
  };
}
