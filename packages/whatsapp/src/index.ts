export * from './inbound.ts';
export * from './outbound.ts';
