/**
 * `id,analytics.start(1).end(2).phone_numbers([])` → `analytics` with `start` 1, `end` 2, `phone_numbers` `[]`.
 * Plain names are there without arguments.
 */
export function parseFieldCalls(fields: string): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const calls = new Map<string, ReadonlyMap<string, string>>();
  for (const [field] of fields.matchAll(/[a-z_]+(?:\.[a-z_]+\([^)]*\))*/gi)) {
    const [name = ''] = field.split('.', 1);
    calls.set(
      name,
      new Map([...field.matchAll(/\.([a-z_]+)\(([^)]*)\)/gi)].map((each) => [each[1] ?? '', each[2] ?? ''])),
    );
  }
  return calls;
}
