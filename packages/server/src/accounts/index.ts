/**
 * Who is asking: API keys and browser sessions. Comes in: the headers of a request, or a key to sign in with. Goes
 * out: the workspace and the key behind it, or nothing. Never stores a key or a session token, only their digests, and
 * never decides what somebody may do.
 */
export { type Accounts, type AccountsOptions, type Identity, makeAccounts, type OpenedSession } from './accounts.ts';
