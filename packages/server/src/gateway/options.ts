import type { Provider } from '@wharf/whatsapp';
import type { Clock, Log } from '#kit';

/** A verified delivery, as the journal takes it. */
export interface GatewayDelivery {
  readonly workspaceId: string;
  readonly provider: Provider;
  readonly source: string;
  /** Unix ms. */
  readonly receivedAt: number;
  readonly body: Buffer;
}

export interface GatewayCounters {
  /** `verdict`: stored, verified, unsigned, forbidden, too_large, unavailable, bad_request. */
  request(verdict: string, tookMs: number): void;
}

export interface GatewayOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly workspaceId: string;
  /** Every secret Meta may sign with now (old and new while rotating). Empty: all signed requests are refused. */
  readonly appSecrets: readonly string[];
  readonly verifyToken: string | null;
  /** Whapi channel id → its secret path token and the addresses it may come from (empty: any). */
  readonly whapi: ReadonlyMap<string, { readonly secret: string; readonly addresses: readonly string[] }>;
  /** Resolves when stored; null = cannot take it now. */
  readonly append: (delivery: GatewayDelivery) => Promise<void> | null;
  /** False while the database is away or the disk is nearly full: answer 503 before reading the body. */
  readonly isReady: () => boolean;
  readonly counters: GatewayCounters;
}
