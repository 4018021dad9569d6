import type { ChannelsPort, ConversationsPort, PolicyPort, SendingPort } from '#api';
import { changeChannel, pauseChannel, resumeChannel, toLimits } from '#channels';
import type { Clock, DatabasePool } from '#kit';
import { releaseConversation } from '#ledger';
import { COUNTRY_RULES, isTimeZone } from '#places';
import { readPolicy, writePolicy } from '#settings';
import { cancel, edit, retry } from './commands.ts';
import { submitAll, type SubmitOptions } from './submit.ts';

/** What the API asks of the other rooms, as its ports word it. */

export const toSendingPort = (options: SubmitOptions): SendingPort => ({
  submit: (requests, mode) => submitAll(options, requests, mode),
  cancel: (key) => cancel(options, key),
  edit: (change) => edit(options, change),
  retry: (key) => retry(options, key),
});

export const toChannelsPort = (db: DatabasePool): ChannelsPort => ({
  toLimits,
  resume: async (id) => (await resumeChannel(db, id)) !== null,
  pause: async (id, reason) => (await pauseChannel(db, id, reason)) !== null,
  change: async (id, change) => (await changeChannel(db, id, change)) !== null,
});

export const toConversationsPort = (db: DatabasePool, clock: Clock): ConversationsPort => ({
  release: (key) => releaseConversation(db, { ...key, nowMs: clock.now() }),
});

export const toPolicyPort = (db: DatabasePool, clock: Clock): PolicyPort => ({
  countryRules: COUNTRY_RULES,
  isTimeZone,
  read: (workspaceId) => readPolicy(db, workspaceId),
  write: (workspaceId, value, version) => writePolicy(db, workspaceId, { value, version, nowMs: clock.now() }),
});
