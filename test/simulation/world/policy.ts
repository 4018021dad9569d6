import type { Directory } from '../../../packages/server/src/channels/index.ts';
import { makeJudge } from '../../../packages/server/src/judge.ts';
import type { Clock, Database } from '../../../packages/server/src/kit/index.ts';
import type { Judge } from '../../../packages/server/src/outbox/index.ts';
import { makePolicyCache } from '../../../packages/server/src/settings/index.ts';

export interface PolicyOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly directory: Directory;
  /** False: a planted bug. */
  readonly countsTier: boolean;
}

/** A directory in which no number has a limit of people. */
const toLimitless = (directory: Directory): Directory => ({
  ...directory,
  get: (id) => {
    const channel = directory.get(id);
    return channel && { ...channel, tier: 0 };
  },
});

/** The policy as the senders ask it. */
export const makePolicy = ({ db, clock, directory, countsTier }: PolicyOptions): Judge =>
  makeJudge(db, {
    directory: countsTier ? directory : toLimitless(directory),
    settings: makePolicyCache(clock),
  });
