/**
 * Does the work for every item, `count` of them at a time, the next beginning as soon as one is done. Answers in the order
 * of the items; rejects with the first failure, and begins nothing more then.
 */
export async function mapAtMost<T, R>(count: number, items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const answers: R[] = [];
  const waiting = items.entries();
  let failed = false;
  const worker = async (): Promise<void> => {
    for (const [n, item] of waiting) {
      if (failed) return;
      answers[n] = await work(item).catch((error: unknown) => {
        failed = true;
        throw error;
      });
    }
  };
  await Promise.all(Array.from({ length: Math.min(count, items.length) }, worker));
  return answers;
}
