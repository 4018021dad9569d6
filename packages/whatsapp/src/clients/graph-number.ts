import { present } from '../outbound/present.ts';
import { isJson, objects, optional, textOf } from './graph-read.ts';
import type { Json } from './graph-read.ts';

/** A business phone number and whether Meta lets it send. */
export interface PhoneNumber {
  readonly id: string;
  /** As Meta spells it, for example `+1 555-010-0000`. */
  readonly displayPhoneNumber: string;
  readonly verifiedName?: string;
  /** `GREEN`, `YELLOW`, `RED`, `UNKNOWN` (open set). */
  readonly qualityRating?: string;
  /** `CONNECTED`, `PENDING`, `BANNED` … (open set). */
  readonly status?: string;
  readonly nameStatus?: string;
  readonly newNameStatus?: string;
  readonly codeVerificationStatus?: string;
  readonly platformType?: string;
  /** `STANDARD` (80 messages a second), `HIGH` (1,000), `NOT_APPLICABLE`. */
  readonly throughput?: string;
  /** `TIER_250` … `TIER_UNLIMITED`. */
  readonly messagingLimit?: string;
  readonly username?: string;
  /** Coexistence: the number is in use in the WhatsApp Business app too (20 messages a second). */
  readonly isOnBizApp?: boolean;
  readonly isOfficial?: boolean;
  readonly health?: Health;
  /** Meta's own object. */
  readonly raw: Json;
}

/** Who can send: the worst of number, account, business and app decides. */
export interface Health {
  /** `AVAILABLE`, `LIMITED`, `BLOCKED` (open set). */
  readonly canSend: string;
  readonly entities: readonly HealthEntity[];
}

export interface HealthEntity {
  /** `PHONE_NUMBER`, `WABA`, `BUSINESS`, `APP`, `MESSAGE_TEMPLATE` (open set). */
  readonly type: string;
  readonly id?: string;
  readonly canSend: string;
  readonly notes: readonly string[];
  readonly errors: readonly { readonly code: number; readonly description: string; readonly solution: string }[];
}

/** The fields of a number; `health_status` is costly for Meta and asked for one number only. */
export const NUMBER_FIELDS =
  'id,display_phone_number,verified_name,quality_rating,code_verification_status,name_status,new_name_status,status,platform_type,throughput,whatsapp_business_manager_messaging_limit,is_official_business_account,is_on_biz_app,username';
export const ONE_NUMBER_FIELDS = `${NUMBER_FIELDS},health_status`;

const strings = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((each): each is string => typeof each === 'string') : [];

function toEntity(raw: Json): HealthEntity {
  return present({
    type: textOf(raw['entity_type']) ?? 'UNKNOWN',
    id: textOf(raw['id']),
    canSend: textOf(raw['can_send_message']) ?? 'UNKNOWN',
    notes: strings(raw['additional_info']),
    errors: objects(raw['errors']).map((error) => ({
      code: Number(error['error_code'] ?? 0),
      description: textOf(error['error_description']) ?? '',
      solution: textOf(error['possible_solution']) ?? '',
    })),
  });
}

export function toHealth(value: unknown): Health | undefined {
  if (!isJson(value)) return undefined;
  return {
    canSend: textOf(value['can_send_message']) ?? 'UNKNOWN',
    entities: objects(value['entities']).map(toEntity),
  };
}

const flagOf = (value: unknown): boolean | undefined => (typeof value === 'boolean' ? value : undefined);

export function toPhoneNumber(raw: Json): PhoneNumber | null {
  const id = textOf(raw['id']);
  if (id === undefined) return null;
  return present({
    id,
    displayPhoneNumber: textOf(raw['display_phone_number']) ?? '',
    ...optional(raw, {
      verifiedName: 'verified_name',
      qualityRating: 'quality_rating',
      status: 'status',
      nameStatus: 'name_status',
      newNameStatus: 'new_name_status',
      codeVerificationStatus: 'code_verification_status',
      platformType: 'platform_type',
      messagingLimit: 'whatsapp_business_manager_messaging_limit',
      username: 'username',
    }),
    throughput: isJson(raw['throughput']) ? textOf(raw['throughput']['level']) : undefined,
    isOnBizApp: flagOf(raw['is_on_biz_app']),
    isOfficial: flagOf(raw['is_official_business_account']),
    health: toHealth(raw['health_status']),
    raw,
  });
}
