/** Without the keys that are `undefined`: they would show up in tests, logs and comparisons, but not in JSON. */
export function present<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as T;
}
