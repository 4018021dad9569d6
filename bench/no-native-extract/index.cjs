// msgpackr tries this addon and goes on without it when it cannot be loaded. It only speeds up reading of
// MessagePack, and BullMQ only writes it.
throw new Error('installed without native addons');
