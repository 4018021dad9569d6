import { FIX, HOUR, MAYBE, MINUTE, PERMANENT, SENDER, row, throttled, waiting } from './rows.ts';

/** Codes about templates, forms, registration and payments. */

// biome-ignore format: a table, one row a line
export const TEMPLATE_ROWS = [
  row(132000, 'Parameter count mismatch', PERMANENT, 'The template has another number of variables than the message gives. Fill in each of them.'),
  row(132001, 'Template missing or not approved', FIX, 'No approved template of this name and language exists. Check both; a fresh approval takes some minutes to arrive.'),
  row(132005, 'Text too long', PERMANENT, 'With its variables filled in the template is too long. Shorten the values.'),
  row(132007, 'Content breaks policy', FIX, 'The template breaks WhatsApp\'s policy. Read the reason in WhatsApp Manager and change the template.'),
  row(132008, 'Parameter value invalid', PERMANENT, 'A variable of the template has a value that Meta refuses. Correct it and send anew.'),
  row(132012, 'Parameter format mismatch', PERMANENT, 'A variable has another type than the template expects. Compare the message with the template.'),
  row(132015, 'Template paused', FIX, 'Meta paused this template because people disliked it. Improve it, or wait until it is active again; use another meanwhile.'),
  row(132016, 'Template disabled', FIX, 'Meta disabled this template for good. Make a new one with other content.'),
  row(132018, 'Parameter formatting', PERMANENT, 'A variable holds line breaks, tabs or more than four spaces in a row. Remove them and send anew.'),
  row(132068, 'Form blocked', FIX, 'Meta blocked this form because of its problems. Repair it in WhatsApp Manager.'),
  row(132069, 'Form throttled', throttled(6 * MINUTE), 'Meta allows only ten sends of this form an hour because of its problems. The rest follows slowly; repair the form.'),
  row(133000, 'Deregistration incomplete', waiting('transient', MINUTE), 'An earlier deregistration is not finished. It is tried again.'),
  row(133004, 'Server temporarily unavailable', MAYBE, 'Meta is temporarily unavailable. Nothing to do: it is tried again once it is clear nothing went out.'),
  row(133005, 'Wrong two-step PIN', FIX, 'The PIN is wrong. Look it up or reset it in WhatsApp Manager.'),
  row(133006, 'Number must be verified again', SENDER, 'The number lost its verification. Request a code and verify it again before registering.'),
  row(133008, 'Too many PIN guesses', { ...FIX, waitMs: HOUR }, 'The PIN was wrong too often. Wait as long as the details say, then enter the right one.'),
  row(133009, 'PIN entered too fast', { ...FIX, waitMs: MINUTE }, 'The PIN was entered too fast. Wait as long as the details say.'),
  row(133010, 'Number not registered', SENDER, 'The number is not registered for the Cloud API. Register it with its two-step PIN.'),
  row(133015, 'Number deleted too recently', waiting('transient', 5 * MINUTE), 'The number was deleted moments ago. It can be registered five minutes after.'),
  row(133016, 'Too many registrations', { ...FIX, waitMs: 72 * HOUR }, 'The number was registered too often (ten times in 72 hours). Wait 72 hours.'),
  row(134011, 'Payment terms not accepted', FIX, 'Accept WhatsApp\'s payment terms in WhatsApp Manager first.'),
  row(134100, 'Marketing templates only', PERMANENT, 'This endpoint takes marketing templates only. Send others over the ordinary endpoint.'),
  row(134101, 'Template still syncing', waiting('transient', 10 * MINUTE), 'The template is new and reaches the Marketing Messages API in about ten minutes. It is tried again.'),
  row([134102, 134103], 'Template unusable here', PERMANENT, 'The Marketing Messages API cannot send this template. Send it over the ordinary endpoint.'),
  row(136024, 'Verification code not sent', { ...FIX, waitMs: HOUR }, 'The code could not be requested. Wait, then request it again or by call instead of SMS.'),
  row(139000, 'Form blocked by integrity', FIX, 'Meta blocked the form for safety reasons. Read the notice in WhatsApp Manager.'),
  row([139001, 139004], 'Form cannot be changed', PERMANENT, 'In its present state the form cannot be updated, published, deprecated or deleted. Make a new version.'),
];
