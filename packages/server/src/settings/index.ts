/**
 * What a workspace wants done its own way. Comes in: edits of people. Goes out: settings, whole and with a version, kept
 * in memory for those who ask for every message. Never decides anything by them.
 */
export { makePolicyCache, type PolicyCache } from './cache.ts';
export { DEFAULT_POLICY, type PolicySettings, type Purpose } from './policy.ts';
export { readPolicy, type Versioned, writePolicy } from './store.ts';
