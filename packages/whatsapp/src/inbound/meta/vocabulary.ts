/** Every webhook field Meta lists, in its spelling. `user_id_update` was announced and withdrawn; it stays readable. */
export const WEBHOOK_FIELDS = [
  'account_alerts',
  'account_review_update',
  'account_settings_update',
  'account_update',
  'automatic_events',
  'business_capability_update',
  'business_status_update',
  'business_username_updates',
  'calls',
  'consumer_profile',
  'flows',
  'group_lifecycle_update',
  'group_participants_update',
  'group_settings_update',
  'group_status_update',
  'history',
  'message_echoes',
  'message_template_components_update',
  'message_template_quality_update',
  'message_template_status_update',
  'messages',
  'messaging_handovers',
  'partner_solutions',
  'payment_configuration_update',
  'phone_number_name_update',
  'phone_number_quality_update',
  'security',
  'smb_app_state_sync',
  'smb_message_echoes',
  'standby',
  'template_category_update',
  'template_correct_category_detection',
  'tracking_events',
  'user_id_update',
  'user_preferences',
] as const;

export type WebhookField = (typeof WEBHOOK_FIELDS)[number];

/** Values of `messages[].type`. */
export const MESSAGE_TYPES = [
  'audio',
  'button',
  'contacts',
  'document',
  'edit',
  'image',
  'interactive',
  'location',
  'media_placeholder',
  'order',
  'reaction',
  'request_welcome',
  'revoke',
  'sticker',
  'system',
  'text',
  'unsupported',
  'video',
] as const;

export type MessageType = (typeof MESSAGE_TYPES)[number];

/** Values of `interactive.type` in a message from a person. `product` is announced without a shape. */
export const INTERACTIVE_TYPES = [
  'button_reply',
  'call_permission_reply',
  'list_reply',
  'nfm_reply',
  'product',
] as const;

export type InteractiveType = (typeof INTERACTIVE_TYPES)[number];

/** Values of `system.type`, with the older spellings. */
export const SYSTEM_TYPES = [
  'customer_changed_number',
  'customer_identity_changed',
  'user_changed_number',
  'user_changed_user_id',
] as const;

export type SystemType = (typeof SYSTEM_TYPES)[number];
