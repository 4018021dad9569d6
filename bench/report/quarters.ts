/** Four stretches of about the same length, in order; with fewer than four values some share one. */
export function quarters<T>(values: readonly T[]): T[][] {
  return [0, 1, 2, 3].map((n) => {
    const from = Math.min(Math.floor((n * values.length) / 4), Math.max(0, values.length - 1));
    return values.slice(from, Math.max(from + 1, Math.floor(((n + 1) * values.length) / 4)));
  });
}
