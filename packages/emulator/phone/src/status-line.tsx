import type { Phone } from './model/phone-state.ts';
import { toWebhookLine, type WebhookLine } from './model/webhook-line.ts';

const LOST: WebhookLine = { tone: 'bad', text: 'Lost the emulator – reconnecting', next: 'Is it still running?' };

/** The one quiet line on top: is the business's server getting what this phone sends? */
export function StatusLine({ phone }: { phone: Phone }) {
  if (!phone.loaded && !phone.connected) return <header className="status" data-tone="busy" />;
  const line = phone.connected ? toWebhookLine(phone.webhook) : LOST;
  return (
    <header className="status" data-tone={line.tone}>
      <output>
        <span className="status-dot" aria-hidden="true" />
        <span>
          <strong>{line.text}</strong>
          {line.next ? <span className="status-next"> {line.next}</span> : null}
        </span>
      </output>
      {phone.webhook.url ? <code title="Where webhooks go">{phone.webhook.url}</code> : null}
    </header>
  );
}
