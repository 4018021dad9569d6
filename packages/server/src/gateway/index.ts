/**
 * The door for webhooks. Comes in: HTTP requests of providers. Goes out: 200 once the delivery is on durable storage,
 * and never before; anything else otherwise. Never looks up a contact, never reacts, never waits for a reaction.
 */
export { UNAVAILABLE } from './answer.ts';
export { type Gateway, makeGateway } from './gateway.ts';
export type { GatewayCounters, GatewayDelivery, GatewayOptions } from './options.ts';
