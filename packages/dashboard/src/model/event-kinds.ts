/** The kinds people filter by most; any other can be typed. The full list is `EventKind` of packages/whatsapp. */
export const COMMON_KINDS = [
  'message.received',
  'message.status',
  'message.reaction',
  'message.edited',
  'message.revoked',
  'message.echo',
  'call.connect',
  'call.terminate',
  'template.status',
  'contact.changed',
  'account.update',
  'number.quality',
  'unknown',
  'unreadable',
];
