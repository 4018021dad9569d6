import { burst } from './burst.ts';
import { closed, peers } from './acks.ts';
import { growth } from './growth.ts';
import { peak } from './peak.ts';
import type { Phase } from './phase.ts';
import { recovery } from './recovery.ts';
import { sending } from './sending.ts';
import { start } from './start.ts';
import { soak, sustained } from './steady.ts';

/** In the order in which they run: each has programs of its own, and stops them. */
export const PHASES: readonly Phase[] = [closed, peers, sustained, sending, start, peak, burst, recovery, growth, soak];
