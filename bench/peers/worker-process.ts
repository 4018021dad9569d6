import { Queue, Worker } from 'bullmq';
import { serveParent } from '../child.ts';

/** The worker of the tutorial: takes jobs in a process of its own, and each is done at once. */
const connection = { host: '127.0.0.1', port: Number(process.argv[2]) };
/** BullMQ's default of 1 waits for Redis between jobs; this is far above what helps. */
const CONCURRENCY = 50;

const worker = new Worker('webhooks', async () => {}, { connection, concurrency: CONCURRENCY });
worker.on('error', (error) => console.error(error));
const queue = new Queue('webhooks', { connection });
await worker.waitUntilReady();

serveParent(
  {},
  {
    pause: () => worker.pause(),
    resume: () => worker.resume(),
    /** Jobs that wait or run. */
    left: async () => {
      const counts = await queue.getJobCounts('waiting', 'active', 'prioritized', 'delayed');
      return Object.values(counts).reduce((sum, count) => sum + count, 0);
    },
  },
);
