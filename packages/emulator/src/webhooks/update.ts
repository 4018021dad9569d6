/** One entry of a contacts array. */
export type WireContact = Readonly<Record<string, unknown>>;

/** One message or status on its way to the webhook. */
export interface Update {
  readonly numberId: string;
  readonly kind: 'message' | 'status';
  readonly body: Readonly<Record<string, unknown>>;
  readonly contact?: WireContact;
  /** The customer's message whose tick turns when the webhook answers 200. */
  readonly messageId?: string;
}
