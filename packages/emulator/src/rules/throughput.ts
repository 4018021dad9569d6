/** Messages per second of one number, inbound and outbound counted together; a send beyond: 130429. */
export interface Throughput {
  take(numberId: string, now: number): boolean;
  /** A customer's message: counted, never refused. */
  count(numberId: string, now: number): void;
}

const windowMs = 1_000;

/** When a number's messages of the last second were, oldest first; what is before `first` is over. */
interface Second {
  at: number[];
  first: number;
}

/** What lies ahead was written before the clock was set back: it would block the number until then. */
const isOver = (at: number, now: number): boolean => at > now || now - at >= windowMs;

function forget(second: Second, now: number): void {
  while (second.first < second.at.length && isOver(second.at[second.first] ?? now, now)) second.first++;
  if (second.first < 1_024 || second.first < second.at.length / 2) return;
  second.at = second.at.slice(second.first);
  second.first = 0;
}

/**
 * No window of a second, wherever it begins, takes more sends than there was room for; a bucket would take twice as many
 * after a rest. `perSecondOf` is asked at each message: a number's limit can be raised while it runs.
 */
export function makeThroughput(perSecondOf: (numberId: string) => number): Throughput {
  const seconds = new Map<string, Second>();
  const secondOf = (numberId: string, now: number): Second => {
    const second = seconds.get(numberId) ?? { at: [], first: 0 };
    seconds.set(numberId, second);
    forget(second, now);
    return second;
  };
  return {
    take(numberId, now) {
      const { at, first } = secondOf(numberId, now);
      if (at.length - first >= perSecondOf(numberId)) return false;
      at.push(now);
      return true;
    },
    count: (numberId, now) => void secondOf(numberId, now).at.push(now),
  };
}
