import { createContext, Script } from 'node:vm';

/** A customer's regular expression, as it is tried on what strangers write. */
export interface Pattern {
  /** Its time is in proportion to the text at worst squared: it may be tried anywhere. */
  readonly isSimple: boolean;
  /** Throws when it did not come to an end in time. */
  test(text: string): boolean;
}

/**
 * Whether an expression has no way to go back and forth for ever: at most one quantifier without a bound or with one, none
 * on a group, few question marks. `^(hi|hello)\b` and `order \d+` are simple, `(a+)+$` and `\w*\s*=\s*\w*` are not.
 */
export function isSimple({ source }: RegExp): boolean {
  const bare = source
    .replaceAll(/\\[^]/g, 'x')
    .replaceAll(/\[[^\]]*\]/g, 'x')
    .replaceAll(/\(\?(?:[:=!]|<[=!]|<\w+>|[a-z-]+:)/g, '(');
  const count = (pattern: RegExp) => bare.match(pattern)?.length ?? 0;
  // What refers back is compared anew for each length of what it refers to: a third power.
  if (/\\(?:[1-9]|k<)/.test(source)) return false;
  return !/\)[*+{]/.test(bare) && count(/[*+{]/g) <= 1 && count(/\?/g) <= 5;
}

/** Ways double with every letter: the worst expression is through with so few of them in milliseconds. */
const SHORT = 16;
const LIMIT_MS = 200;

const bench = createContext({ pattern: /x/, text: '' });
const trial = new Script('pattern.test(text)');

/** An error of another realm is none of our `Error`. */
const isTimeout = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';

/**
 * In a script, because only those have a time limit, which ends an expression, too. It costs some 300 µs: a thread is
 * started that watches the time.
 */
function testWithin(pattern: RegExp, text: string): boolean {
  Object.assign(bench, { pattern, text });
  try {
    return Boolean(trial.runInContext(bench, { timeout: LIMIT_MS }));
  } catch (error) {
    if (!isTimeout(error)) throw error;
    throw new Error(
      `The pattern ${String(pattern)} did not come to an end within ${LIMIT_MS} ms on a text of ${text.length} characters. Write it without quantifiers inside of or next to each other.`,
      { cause: error },
    );
  } finally {
    Object.assign(bench, { text: '' });
  }
}

/** Without the flags that make an expression remember where it was. */
export function toPattern(given: RegExp): Pattern {
  const pattern = new RegExp(given.source, given.flags.replace(/[gy]/g, ''));
  const simple = isSimple(pattern);
  return {
    isSimple: simple,
    test: (text) => (simple || text.length <= SHORT ? pattern.test(text) : testWithin(pattern, text)),
  };
}
