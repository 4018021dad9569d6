import type { GroupKind, NoticeKind } from '../../events.ts';
import { each, type Walker } from '../output.ts';
import type { Reader } from '../source.ts';
import { readValueError } from '../value-error.ts';
import { accountReader } from './account.ts';
import { readCall } from './call.ts';
import { readConversion, readPreference, readSyncedContact, readUserAction } from './contact.ts';
import { groupReader } from './group.ts';
import { readHandover } from './handover.ts';
import { walkHistory } from './history.ts';
import { readEcho, readMessage } from './message.ts';
import { readStandbyEcho, readStandbyMessage, readStandbyStatus } from './standby.ts';
import { readStatus } from './status.ts';
import { readUserIdUpdate } from './system.ts';
import {
  readTemplateCategory,
  readTemplateComponents,
  readTemplateMisclassified,
  readTemplateState,
} from './template.ts';
import type { WebhookField } from './vocabulary.ts';

export interface Lists {
  readonly [key: string]: Walker;
}

/**
 * How a field's value is read: as a wrapper around lists, whose elements are the events (`lists`; `within` names the
 * key that holds the wrapper, if it is not the value itself), or as one event (`whole`).
 */
export type FieldRow = { readonly lists: Lists; readonly within?: string } | { readonly whole: Reader };

/** Fields of conversations share one wrapper; Meta has moved lists between them, so each field reads them all. */
const CONVERSATION = {
  lists: {
    messages: each(readMessage),
    statuses: each(readStatus),
    errors: each(readValueError),
    user_actions: each(readUserAction),
    calls: each(readCall),
    message_echoes: each(readEcho),
    history: walkHistory,
    state_sync: each(readSyncedContact),
    user_preferences: each(readPreference),
    automatic_events: each(readConversion),
    user_id_update: each(readUserIdUpdate),
  },
} satisfies FieldRow;

function groups(kind: GroupKind): FieldRow {
  return { lists: { groups: each(groupReader(kind)), errors: each(readValueError) } };
}

/** One row per webhook field. */
const FIELDS = {
  account_alerts: account('account.alert', ['alert_info.alert_type', 'alert_info.alert_severity'], 'entity_id'),
  account_review_update: account('account.review', ['decision']),
  account_settings_update: {
    whole: accountReader({
      kind: 'account.settings',
      words: ['type'],
      number: 'phone_number_settings.phone_number_id',
    }),
  },
  account_update: account('account.update', [
    'event',
    'restriction_info.restriction_type',
    'violation_info.violation_type',
    'ban_info.waba_ban_state',
    'disconnection_info.reason',
  ]),
  automatic_events: CONVERSATION,
  business_capability_update: account('account.capability', ['max_daily_conversations_per_business']),
  business_status_update: account('account.status', ['event', 'status']),
  business_username_updates: account('number.username', ['status', 'context'], 'display_phone_number'),
  calls: CONVERSATION,
  consumer_profile: account('consumer.profile', ['event', 'type']),
  flows: account('form.alert', ['event', 'alert_state', 'new_status'], 'flow_id'),
  group_lifecycle_update: groups('group.lifecycle'),
  group_participants_update: groups('group.participants'),
  group_settings_update: groups('group.settings'),
  group_status_update: groups('group.status'),
  history: CONVERSATION,
  message_echoes: CONVERSATION,
  message_template_components_update: { whole: readTemplateComponents },
  message_template_quality_update: { whole: readTemplateState },
  message_template_status_update: { whole: readTemplateState },
  messages: CONVERSATION,
  messaging_handovers: { whole: readHandover },
  partner_solutions: account('partner.solution', ['event', 'solution_status'], 'solution_id'),
  payment_configuration_update: account('payment.configuration', ['provider_name', 'status'], 'configuration_name'),
  phone_number_name_update: account('number.name', ['decision', 'rejection_reason'], 'display_phone_number'),
  phone_number_quality_update: account(
    'number.quality',
    ['event', 'max_daily_conversations_per_business', 'current_limit'],
    'display_phone_number',
  ),
  security: account('account.security', ['event'], 'display_phone_number'),
  smb_app_state_sync: CONVERSATION,
  smb_message_echoes: CONVERSATION,
  standby: {
    within: 'standby',
    lists: {
      messages: each(readStandbyMessage),
      message_echoes: each(readStandbyEcho),
      statuses: each(readStandbyStatus),
      errors: each(readValueError),
    },
  },
  template_category_update: { whole: readTemplateCategory },
  template_correct_category_detection: { whole: readTemplateMisclassified },
  tracking_events: account('tracking.event', ['event', 'type']),
  user_id_update: CONVERSATION,
  user_preferences: CONVERSATION,
} satisfies Record<WebhookField, FieldRow>;

/** Spellings in examples that differ from the subscription list. */
const ALIASES: { readonly [field: string]: WebhookField } = { business_username_update: 'business_username_updates' };

export function toFieldRow(field: string): FieldRow | undefined {
  const name = Object.hasOwn(ALIASES, field) ? (ALIASES[field] ?? field) : field;
  return Object.hasOwn(FIELDS, name) ? FIELDS[name as WebhookField] : undefined;
}

function account(kind: NoticeKind, words: readonly string[], subject?: string): FieldRow {
  return { whole: accountReader({ kind, words, ...(subject === undefined ? {} : { subject }) }) };
}
