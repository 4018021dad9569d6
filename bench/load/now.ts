/** The machine's monotonic clock in ms: the same in every process, so that times of two processes can be compared. */
export const now = (): number => Number(process.hrtime.bigint()) / 1e6;
