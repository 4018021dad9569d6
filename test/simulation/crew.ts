import { parentPort, workerData } from 'node:worker_threads';
import type { CrewOrder, CrewReport } from './crew-protocol.ts';
import { toReport } from './report.ts';
import { openGrounds } from './world/ground.ts';
import { drawProfile } from './world/profile.ts';
import { runWorld } from './world/world.ts';

/** A thread of `npm run simulate`: runs the seeds it is given, several at once, and says what came of each. */

const { serverUrl, berths } = workerData as { readonly serverUrl: string; readonly berths: number };
if (!parentPort) throw new Error('Start it with npm run simulate.');
const port = parentPort;
const grounds = await openGrounds(serverUrl, berths);

async function live({ seed, isTraced }: Extract<CrewOrder, { what: 'live' }>): Promise<CrewReport> {
  try {
    const outcome = await grounds.lend((ground) => runWorld({ ground, seed, profile: drawProfile(seed) }));
    const report = toReport(seed, outcome);
    return {
      seed,
      crimes: outcome.crimes.length,
      report,
      counts: outcome.counts,
      trace: isTraced ? outcome.trace : [],
    };
  } catch (error) {
    // A world that cannot even be run to its end is one more thing for whoever asked to see.
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { seed, crimes: 1, report: `seed ${seed} broke off: ${stack}`, counts: {}, trace: [] };
  }
}

port.on('message', (order: CrewOrder) => {
  if (order.what === 'live') void live(order).then((report) => port.postMessage(report));
  else void grounds.close().then(() => port.close());
});
