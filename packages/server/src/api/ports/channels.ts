/** How fast and how far a channel may go, and on whose word. */
export interface ChannelLimits {
  readonly mps: number;
  readonly mpsFrom: 'person' | 'provider' | 'default';
  readonly tier: number;
  readonly tierFrom: 'person' | 'provider' | 'default';
}

/** What the provider said at the last look. */
export interface LearnedRow {
  readonly mps?: number;
  readonly tier?: number;
  readonly quality?: string;
  readonly status?: string;
  readonly canSend?: string;
  readonly problem?: string;
  readonly lookedAt?: string;
}

export interface ChannelChange {
  readonly name?: string;
  readonly mps?: number | null;
  readonly tier?: number | null;
  readonly portfolioId?: string | null;
  readonly warmUp?: { readonly startedAt: string; readonly perDay: readonly number[] } | null;
}

/** Each answers false when there is no such channel. */
export interface ChannelsPort {
  toLimits(row: {
    readonly provider: 'meta' | 'whapi';
    readonly mps: number | null;
    readonly tier: number | null;
    readonly learned: LearnedRow;
  }): ChannelLimits;
  resume(id: string): Promise<boolean>;
  pause(id: string, reason: string): Promise<boolean>;
  change(id: string, change: ChannelChange): Promise<boolean>;
}
