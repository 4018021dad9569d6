import { FIX, MAYBE, MINUTE, PERMANENT, SECOND, SENDER, row, throttled } from './rows.ts';

/** Codes of the Graph API itself: tokens, permissions, call limits. */

// biome-ignore format: a table, one row a line
export const PLATFORM_ROWS = [
  row(0, 'Could not authenticate', SENDER, 'Meta did not accept the access token. Create a new system-user token and enter it in the channel settings.'),
  row(1, 'Unknown API error', { ...MAYBE, maxAttempts: 2 }, 'Meta could not process the request and gave no reason. If it happens again, check the request and Meta\'s status page.'),
  row(2, 'Service temporarily unavailable', MAYBE, 'Meta is temporarily unavailable. Nothing to do: it is tried again once it is clear the message did not go out.'),
  row(3, 'Capability or permission missing', SENDER, 'The app lacks a capability for this call. Check the app\'s products and permissions in Meta\'s App Dashboard.'),
  row(4, 'App call limit reached', throttled(MINUTE, 'app'), 'The app made too many calls this hour. Sending goes on by itself when the limit recovers.'),
  row(10, 'Permission denied', SENDER, 'The token lacks whatsapp_business_messaging or access to this account. Grant it in Business Settings and create a new token.'),
  row(33, 'Id deleted or not visible', SENDER, 'Meta knows no such number for this token. Check the phone number id and that the token may use it.'),
  row(100, 'Invalid parameter', PERMANENT, 'Meta refused a value in the request. The details name the field; correct the message and send it anew.'),
  row(190, 'Access token expired or revoked', SENDER, 'The access token is no longer valid. Create a new system-user token and enter it in the channel settings.'),
  row([200, 299], 'Permission missing or removed', SENDER, 'A permission of the app or token was removed. Check the granted permissions in Business Settings.'),
  row(368, 'Blocked for policy violation', SENDER, 'Meta blocked the account for breaking its policies. Read the notice in Account Quality and appeal there.'),
  row(613, 'Custom rate limit', throttled(MINUTE), 'Too many lookups of this kind. It is tried again later.'),
  row(80007, 'Business account rate limit', throttled(MINUTE, 'account'), 'The WhatsApp Business account made too many calls. Sending goes on by itself when the limit recovers.'),
  row(130403, 'Person is on your block list', { kind: 'permanent', recipient: true }, 'You blocked this person. Remove them from the block list to write to them.'),
  row(130429, 'Throughput limit reached', throttled(SECOND, 'number'), 'This number sends faster than Meta allows. It slows down by itself.'),
  row(131005, 'Access denied', SENDER, 'The token has no access to this number. Check permissions and assets of the system user in Business Settings.'),
  row(131031, 'Account locked', SENDER, 'Meta locked or restricted the account. Read the notice in Account Quality; an appeal is possible there.'),
  row(131037, 'Display name not approved', SENDER, 'The number\'s display name is not approved yet. Have it approved in WhatsApp Manager before sending.'),
  row(131042, 'Payment method problem', SENDER, 'Meta cannot charge the account. Check payment method and credit line in Meta\'s billing settings.'),
  row(131044, 'Payment problem for calls', FIX, 'Calls need a valid payment method. Check it in Meta\'s billing settings.'),
  row(131045, 'Number not registered (certificate)', SENDER, 'The number\'s registration is incomplete. Register the number again with its two-step PIN.'),
  row(135000, 'Generic user error', PERMANENT, 'Meta refused the request without naming a field. Compare it with its documentation; the details may help.'),
];
