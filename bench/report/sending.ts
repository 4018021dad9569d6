import type { SendingPhase } from '../phases/sending.ts';
import type { Cores } from '../processors.ts';
import { atMost, count, ms, type Row, rate, type Section, zero } from './table.ts';

/** `others` has what sends the requests. */
const usedBy = ({ node, store, graph, others }: Cores): Row => ({
  what: '  processors used, in cores',
  figure: `Wharf ${node.toFixed(2)}, PostgreSQL ${store.toFixed(2)}, Graph side ${graph.toFixed(2)}, others ${others.toFixed(2)}`,
});

export function toSendingSection({ queued, queueMs, queueCores, behind, raised }: SendingPhase): Section {
  const { sent, seconds, error, mostInSecond, cores } = raised;
  const perSecond = sent / seconds;
  return {
    title:
      'Sending: a campaign of templates on one number, judged by the whole policy, and customers who write meanwhile',
    rows: [
      {
        what: `Queued ${count(queued)} by the API, 1,000 in a request`,
        figure: `${(queueMs / 1000).toFixed(1)} s`,
        goal: '≤ 10 s',
        met: queueMs <= 10_000,
      },
      usedBy(queueCores),
      { what: 'Event → reply behind it, at 80 a second: p50', figure: ms(behind.reply.p50) },
      atMost('  p99', behind.reply.p99, 1_000),
      zero('  replies missing, doubled or disordered', behind.missing + behind.doubled + behind.disordered),
      {
        what: 'Sent at 1,000 a second',
        figure: `${rate(perSecond)} for ${seconds} s`,
        goal: '≥ 990/s',
        met: perSecond >= 990,
      },
      { what: '  distance from an even schedule p50', figure: ms(error.p50) },
      atMost('  distance from an even schedule p99', error.p99, 50),
      { what: '  most in any second, as they arrived', figure: count(mostInSecond) },
      usedBy(cores),
    ],
  };
}
