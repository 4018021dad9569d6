/**
 * What the operators see: counters in domain words and the internal listener (alive, ready, metrics). Comes in: facts
 * told by the other rooms through the composition root. Goes out: Prometheus text. Never holds a phone number, a name
 * or a text: labels are short words and channel ids.
 */
export {
  type InternalServer,
  type InternalServerOptions,
  makeInternalServer,
  type Readiness,
} from './internal-server.ts';
export { makeMetrics, makeWorkerMetrics, type Metrics, type WorkerMetrics } from './metrics.ts';
