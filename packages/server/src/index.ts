/**
 * What a customer's code imports from the server: the types of a reactions file.
 * A reactions file is an ES module whose default export describes itself to a `Bot`.
 */
export type { Bot, Context, Handler, Intent, Query, View } from '#reactions';
