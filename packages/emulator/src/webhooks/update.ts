/** One entry of a contacts array. */
export type WireContact = Readonly<Record<string, unknown>>;

/** One message or status on its way to the webhook. */
export interface ThreadUpdate {
  readonly numberId: string;
  readonly kind: 'message' | 'status';
  readonly body: Readonly<Record<string, unknown>>;
  readonly contact?: WireContact;
  /** The customer's message whose tick turns when the webhook answers 200. */
  readonly messageId?: string;
}

/** What happened to the account, a template or a preference: a value of its own, for the app's callback alone. */
export interface EventUpdate {
  readonly kind: 'event';
  readonly field: string;
  /** The whole `value`. */
  readonly body: Readonly<Record<string, unknown>>;
  /** Unix milliseconds. */
  readonly at: number;
}

export type Update = ThreadUpdate | EventUpdate;
