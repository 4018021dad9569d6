/**
 * Meta's side of the WhatsApp Cloud API in a box.
 *
 * In comes what a business calls (the Graph API), what people do on their phones (the phone page or this handle) and
 * how much shall go wrong (faults from a seed). Out go signed webhooks, Graph answers, and `inbox`: what really
 * reached each phone. It never talks to Meta, and never shares code with the receiver it judges.
 */
export * from './contract.ts';
export { machineClock, makeVirtualClock, type VirtualClock } from './clock.ts';
export { findBusiestWindows, findMostPeople } from './ledger-windows.ts';
export { startEmulator } from './start.ts';
