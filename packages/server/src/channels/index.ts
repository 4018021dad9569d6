/**
 * The connected numbers and the wires to their providers. Comes in: configuration and numbers seen on the wire. Goes
 * out: channels, and calls bound to one of them. Never decides whether a message may be sent.
 */
export { type Directory, makeDirectory } from './directory.ts';
export { type Limits, toLimits } from './limits.ts';
export { lookAtChannels, wantLooks } from './look.ts';
export {
  type Channel,
  type ChannelChange,
  changeChannel,
  ensureChannel,
  listChannels,
  pauseChannel,
  pruneAlerts,
  resumeChannel,
} from './store.ts';
export { makeMediaWires, type MediaWire } from './media-wire.ts';
export { type Credentials, makeWires } from './wire.ts';
