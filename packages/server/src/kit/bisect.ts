/**
 * Runs a batch; when it fails for its data, halves it until the items at fault are alone and hands each to `onPoison`.
 * Errors that are not the data's fault pass through at once.
 */
export async function runBisected<T>(
  items: readonly T[],
  steps: {
    readonly run: (items: readonly T[]) => Promise<void>;
    readonly isPoison: (error: unknown) => boolean;
    readonly onPoison: (item: T, error: unknown) => Promise<void>;
  },
): Promise<void> {
  try {
    await steps.run(items);
  } catch (error) {
    if (!steps.isPoison(error)) throw error;
    const [only] = items;
    if (only === undefined) throw error;
    if (items.length === 1) return steps.onPoison(only, error);
    const middle = items.length >> 1;
    await runBisected(items.slice(0, middle), steps);
    await runBisected(items.slice(middle), steps);
  }
}
