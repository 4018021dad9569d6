/** Best first: replies never wait behind campaigns. */
export const CLASS = { reply: 0, transactional: 1, campaign: 2 } as const;
export const CLASSES: readonly number[] = Object.values(CLASS);
