/** Where a message goes that is written here. */
export interface Target {
  conversationId: string;
  channelId: string;
  contactId: string;
}
