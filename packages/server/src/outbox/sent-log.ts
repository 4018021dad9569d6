/**
 * The times of the latest sends: what is needed to say, exactly, when one more fits into "at most n in any window". A
 * token bucket of n would let 2n through in one second after a rest, and Meta counts a second wherever it likes.
 */
export interface SentLog {
  /** Ms until one more may go, with at most `limit` in any window of `windowMs`. */
  wait(limit: number, windowMs: number, nowMs: number): number;
  /** How many went in the last `windowMs`, counted to `most`. */
  count(most: number, windowMs: number, nowMs: number): number;
  /** Times must not fall. */
  add(nowMs: number): void;
}

/** Remembers `size` sends: the largest limit that will be asked for. */
export function makeSentLog(size: number): SentLog {
  const times = new Float64Array(size).fill(-Infinity);
  let next = 0;

  /** The time of the n-th last send, from 1. */
  const back = (n: number): number => (n > size ? -Infinity : (times[(next - n + 2 * size) % size] ?? -Infinity));

  return {
    wait: (limit, windowMs, nowMs) => Math.max(0, back(limit) + windowMs - nowMs),
    count(most, windowMs, nowMs) {
      let low = 0;
      for (let high = Math.min(most, size); low < high; ) {
        const middle = (low + high + 1) >> 1;
        if (back(middle) > nowMs - windowMs) low = middle;
        else high = middle - 1;
      }
      return low;
    },
    add(nowMs) {
      times[next] = Math.max(nowMs, back(1));
      next = (next + 1) % size;
    },
  };
}
