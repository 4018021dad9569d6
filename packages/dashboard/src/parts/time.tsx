import { toClockMs, toDay, toMoment } from '../model/time.ts';

/** A moment; the exact one, to the millisecond, on hover. */
export function Moment({ iso, now }: { iso: string; now?: number }) {
  return (
    <time dateTime={iso} title={`${toDay(iso)} ${toClockMs(iso)}`}>
      {toMoment(iso, now ?? Date.now())}
    </time>
  );
}
