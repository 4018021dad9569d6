import { describe, expectTypeOf, test } from 'vitest';
import type { EventKind, EventOf, WhatsAppEvent } from './events.ts';

describe('the event types', () => {
  test('give every kind its own event, also where kinds share a shape', () => {
    expectTypeOf<EventOf<'message.received'>['message']['id']>().toBeString();
    expectTypeOf<EventOf<'call.connect'>['kind']>().toEqualTypeOf<'call.connect'>();
    expectTypeOf<EventOf<'call.connect'>['callId']>().toBeString();
    expectTypeOf<EventOf<'account.update' | 'number.name'>['summary']>().toBeString();
  });

  test('leave no kind without an event', () => {
    expectTypeOf<{ [K in EventKind]: [EventOf<K>] extends [never] ? K : never }[EventKind]>().toBeNever();
    expectTypeOf<EventOf<EventKind>>().toExtend<WhatsAppEvent>();
  });
});
