/** The registered paths with their methods: tells a wrong method from a path that is not there. */
export interface Paths {
  add(path: string, methods: readonly string[]): void;
  /** Methods that the path of this URL has; none when there is no such path. */
  methodsOf(url: string): string[];
}

const toPattern = (path: string): RegExp =>
  new RegExp(`^${path.replaceAll(/[.]/g, '\\.').replaceAll(/:[A-Za-z]+/g, '[^/]+')}/?$`);

export function makePaths(): Paths {
  const known = new Map<string, { readonly pattern: RegExp; readonly methods: Set<string> }>();
  return {
    add(path, methods) {
      const entry = known.get(path) ?? { pattern: toPattern(path), methods: new Set<string>() };
      for (const method of methods) entry.methods.add(method);
      known.set(path, entry);
    },
    methodsOf(url) {
      const path = url.split('?', 1)[0] ?? url;
      const found = [...known.values()].filter((entry) => entry.pattern.test(path));
      return [...new Set(found.flatMap((entry) => [...entry.methods]))].sort();
    },
  };
}
