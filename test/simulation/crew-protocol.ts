/** What the command tells a thread of it. */
export type CrewOrder =
  | { readonly what: 'live'; readonly seed: number; readonly isTraced: boolean }
  | { readonly what: 'end' };

/** What a thread says of a world. */
export interface CrewReport {
  readonly seed: number;
  readonly crimes: number;
  /** Empty when nothing is wrong. */
  readonly report: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly trace: readonly string[];
}
