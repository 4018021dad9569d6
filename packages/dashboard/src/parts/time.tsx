import { toClockMs, toDay, toMoment } from '../model/time.ts';
import { useToday } from './use-now.ts';

/** A moment; the exact one, to the millisecond, on hover. */
export function Moment({ iso }: { iso: string }) {
  return (
    <time dateTime={iso} title={`${toDay(iso)} ${toClockMs(iso)}`}>
      {toMoment(iso, useToday())}
    </time>
  );
}
