import type { ServerResponse } from 'node:http';
import type { PhoneState, PhoneUpdate } from './contract.ts';

/** Webhook news is gathered for this long: under load the page needs a picture, not every POST. */
const webhookPauseMs = 100;
/** Proxies cut silent connections. */
const heartbeatMs = 15_000;

/** The pages that listen. Times here are the machine's: they never reach a webhook. */
export interface PhoneStream {
  open(response: ServerResponse): void;
  announce(update: PhoneUpdate): void;
  /** The webhook picture changed; it is asked for when the pause is over. */
  announceWebhook(current: () => PhoneState['webhook']): void;
  close(): void;
}

export function makePhoneStream(): PhoneStream {
  const pages = new Set<ServerResponse>();
  let pause: NodeJS.Timeout | null = null;
  const heartbeat = setInterval(() => pages.forEach((page) => page.write(': still here\n\n')), heartbeatMs);
  heartbeat.unref();
  const announce = (update: PhoneUpdate): void => {
    if (pages.size === 0) return;
    const frame = `data: ${JSON.stringify(update)}\n\n`;
    for (const page of pages) page.write(frame);
  };
  return {
    open(response) {
      response.writeHead(200, {
        'content-type': 'text/event-stream',
        'cache-control': 'no-store',
        connection: 'keep-alive',
      });
      response.write('retry: 1000\n\n');
      pages.add(response);
      response.on('close', () => pages.delete(response));
    },
    announce,
    announceWebhook(current) {
      if (pages.size === 0 || pause !== null) return;
      pause = setTimeout(() => {
        pause = null;
        announce({ type: 'webhook', webhook: current() });
      }, webhookPauseMs);
      pause.unref();
    },
    close() {
      clearInterval(heartbeat);
      if (pause !== null) clearTimeout(pause);
      for (const page of pages) page.end();
    },
  };
}
