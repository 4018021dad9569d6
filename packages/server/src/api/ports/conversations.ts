/** Who answers in a conversation. */
export interface ConversationsPort {
  /** Gives it back to the bot. Null: there is no such conversation; `other_app`: WhatsApp routes it to another app. */
  release(key: { readonly workspaceId: string; readonly id: string }): Promise<'released' | 'other_app' | null>;
}
