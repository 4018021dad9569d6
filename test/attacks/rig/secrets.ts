/** Everything that must never be seen outside: each value is of this suite alone, so that it can be searched for. */
export const SECRETS = {
  appSecret: 'attack-app-secret-b3c1',
  oldAppSecret: 'attack-old-app-secret-77aa',
  verifyToken: 'attack-verify-token-91f2',
  accessToken: 'attack-access-token-5d0e',
  apiKey: 'wharf-attack-api-key-0123456789',
  whapiToken: 'attack-whapi-token-c4c4',
  whapiSecret: 'attack-whapi-secret-of-24-letters',
} as const;

/** Every text and every name that a stranger brings has this word, so that it can be searched for. */
export const MARK = 'zimtstern';

const PREFIX = '55119888';

/** A stranger's phone number; all of them begin alike, so that they can be searched for. */
export const toPhone = (n: number): string => `${PREFIX}${String(n).padStart(5, '0')}`;

export const PRIVATE = new RegExp(`${Object.values(SECRETS).join('|')}|${MARK}|${PREFIX}\\d`, 'i');

export const NUMBER = '106540352242922';
export const ACCOUNT = '102290129340398';
