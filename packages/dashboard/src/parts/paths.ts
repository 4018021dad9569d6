/** Pages that are lists: the root of crumbs, and of further pages. */
export type ListPath =
  | '/events'
  | '/conversations'
  | '/messages'
  | '/templates'
  | '/quarantine'
  | '/channels'
  | '/alerts';
