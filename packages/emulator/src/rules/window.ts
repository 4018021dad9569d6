/** The customer service window: 24 h from the customer's last message to this number. */
export const windowMs = 24 * 60 * 60 * 1_000;

export function isWindowOpen(lastInboundAt: number | undefined, now: number): boolean {
  return lastInboundAt !== undefined && now - lastInboundAt < windowMs;
}
