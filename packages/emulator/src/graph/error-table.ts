/** What Meta answers for a code. */
export interface ErrorRow {
  readonly code: number;
  readonly httpStatus: number;
  readonly title: string;
  readonly details: string;
}

/** Code, HTTP status, title, details. Texts are ours; codes and statuses are Meta's. */
const rows: readonly (readonly [number, number, string, string?])[] = [
  [0, 401, 'AuthException', 'Unable to authenticate the app user.'],
  [1, 400, 'API Unknown', 'Possibly a temporary issue or bad request syntax.'],
  [2, 503, 'API Service', 'Service temporarily unavailable.'],
  [3, 500, 'API Method', 'The app lacks a capability or permission for this method.'],
  [4, 400, 'API Too Many Calls', 'The app has reached its call rate limit.'],
  [10, 403, 'API Permission Denied', 'Permission is either not granted or has been removed.'],
  [33, 400, 'Parameter value is not valid', 'The business phone number has been deleted.'],
  [100, 400, 'Invalid parameter', 'The request included one or more unsupported or misspelled parameters.'],
  [190, 401, 'Access token has expired', 'The access token is not valid.'],
  [200, 403, 'API Permission', 'Permission is either not granted or has been removed.'],
  [368, 403, 'Temporarily blocked for policies violations', 'The account is restricted for a policy violation.'],
  [613, 400, 'Rate limit', 'Calls to this method have exceeded the rate limit.'],
  [2200, 400, 'Callback verification failed', 'The callback did not answer the challenge.'],
  [2500, 400, 'Unknown path components', 'There is nothing at this path.'],
  [80007, 400, 'Rate limit issues', 'The WhatsApp Business Account has reached its rate limit.'],
  [130403, 400, 'User is blocked', 'The business has blocked this user.'],
  [
    130429,
    400,
    'Rate limit hit',
    'Message failed to send because there were too many messages sent from this phone number in a short period of time.',
  ],
  [
    130472,
    400,
    "User's number is part of an experiment",
    'Failed to send message because this user is part of an experiment.',
  ],
  [
    130497,
    403,
    'Business account is restricted from messaging users in this country',
    'Messages to users of this country are not permitted.',
  ],
  [131000, 500, 'Something went wrong', 'Message failed to send due to an unknown error.'],
  [131005, 403, 'Access denied', 'Permission is either not granted or has been removed.'],
  [131008, 400, 'Required parameter is missing', 'The request is missing a required parameter.'],
  [131009, 400, 'Parameter value is not valid', 'One or more parameter values are invalid.'],
  [131016, 500, 'Service unavailable', 'A service is temporarily unavailable.'],
  [131020, 400, 'Group has a single member', 'The group has no member besides the business.'],
  [131021, 400, 'Recipient cannot be sender', 'Sender and recipient phone number is the same.'],
  [
    131026,
    400,
    'Message undeliverable',
    'Unable to deliver message. The recipient may not be on WhatsApp or has not accepted the latest terms.',
  ],
  [
    131030,
    400,
    'Recipient phone number not in allowed list',
    'Add the recipient phone number to the recipient list and try again.',
  ],
  [131031, 403, 'Account has been locked', 'The account has been restricted or disabled.'],
  [131037, 400, 'Display name not approved', 'The display name of this number is not approved.'],
  [131041, 400, 'Group unknown', 'The group does not exist or the business is no member of it.'],
  [131042, 400, 'Business eligibility payment issue', 'There was an error related to the payment method.'],
  [131044, 400, 'Payment issue', 'There is a payment problem for calling.'],
  [131045, 500, 'Incorrect certificate', 'The phone number must be registered.'],
  [
    131047,
    400,
    'Re-engagement message',
    'Message failed to send because more than 24 hours have passed since the customer last replied to this number.',
  ],
  [
    131048,
    400,
    'Spam rate limit hit',
    'There are restrictions on how many messages can be sent from this phone number.',
  ],
  [131049, 400, 'Message not delivered', 'This message was not delivered to maintain healthy ecosystem engagement.'],
  [
    131050,
    400,
    'User has stopped marketing messages',
    'The user asked not to receive marketing messages from this business.',
  ],
  [131051, 400, 'Unsupported message type', 'Message type is currently not supported.'],
  [131052, 400, 'Media download error', 'Unable to download the media.'],
  [131053, 400, 'Media upload error', 'Unable to upload the media used in the message.'],
  [131055, 400, 'Method not allowed', 'This method is not allowed for this message.'],
  [
    131056,
    400,
    '(Business Account, Consumer Account) pair rate limit hit',
    'Too many messages sent from this phone number to the same recipient in a short period of time.',
  ],
  [131057, 500, 'Account in maintenance mode', 'The number is being upgraded to a higher throughput.'],
  [
    131062,
    400,
    'Recipient not supported',
    'Business-scoped user ids are not supported for this message. Use the phone number.',
  ],
  [131063, 400, 'Marketing templates disabled', 'Send marketing templates with the marketing messages endpoint.'],
  [131064, 400, 'Messaging limit reached', 'The messaging limit was lowered for template classification violations.'],
  [131208, 429, 'Group rate limit', 'Too many group operations.'],
  [
    132000,
    400,
    'Template Param Count Mismatch',
    'The number of parameters does not match the expected number of params.',
  ],
  [
    132001,
    404,
    'Template does not exist',
    'The template does not exist in the given language or has not been approved.',
  ],
  [132005, 400, 'Template Hydrated Text Too Long', 'The translated text is too long.'],
  [132007, 400, 'Template Format Character Policy Violated', 'The template content violates a policy.'],
  [132008, 400, 'Template parameter value invalid', 'A template parameter has an invalid value.'],
  [132012, 400, 'Template Parameter Format Mismatch', 'A parameter is formatted incorrectly.'],
  [132015, 400, 'Template is Paused', 'The template is paused for low quality and cannot be sent.'],
  [132016, 400, 'Template is Disabled', 'The template has been paused too often and is disabled.'],
  [
    132018,
    400,
    'Template parameter error',
    'Parameter text must not have new lines, tabs or more than four consecutive spaces.',
  ],
  [132068, 400, 'Flow is Blocked', 'The Flow is blocked.'],
  [132069, 400, 'Flow is Throttled', 'The Flow is throttled.'],
  [133004, 503, 'Server Temporarily Unavailable', 'The server is temporarily unavailable.'],
  [133005, 400, 'Two step verification PIN Mismatch', 'The two-step verification PIN is incorrect.'],
  [133006, 400, 'Phone number re-verification needed', 'The phone number must be verified again.'],
  [133010, 400, 'Phone number Not Registered', 'The phone number is not registered on the WhatsApp Business Platform.'],
  [134011, 400, 'Payments terms not accepted', 'The WhatsApp Payments terms have not been accepted.'],
  [
    135000,
    400,
    'Generic user error',
    'Message failed to send because of an unknown error with the request parameters.',
  ],
  [137000, 400, 'Identity key mismatch', 'The identity key hash of the recipient has changed.'],
  [134100, 400, 'Only marketing messages supported', 'This endpoint takes marketing templates alone.'],
  [134101, 400, 'Template is syncing', 'The template is still being copied to the marketing messages endpoint.'],
  [134102, 500, 'Template unavailable', 'The template cannot be used with the marketing messages endpoint.'],
  [139000, 400, 'Blocked by Integrity', 'The Flow was blocked by integrity.'],
  [200005, 400, 'Template insights unavailable', 'Template insights are not available.'],
  [200006, 400, 'Template insights cannot be disabled', 'Template insights cannot be switched off.'],
  [200007, 400, 'Template insights not enabled', 'Enable template insights for the account first.'],
];

const table = new Map<number, ErrorRow>(
  rows.map(([code, httpStatus, title, details]) => [code, { code, httpStatus, title, details: details ?? title }]),
);

/** Codes we have no row for still answer: a sentinel may ask for any number. */
export function findError(code: number): ErrorRow {
  return table.get(code) ?? { code, httpStatus: 400, title: `Error ${code}`, details: `Error ${code}.` };
}

/** Failures that pass by themselves; `is_transient` of the error object. */
export const isTransient = (code: number): boolean => [1, 2, 131000, 131016, 131057, 133004].includes(code);
