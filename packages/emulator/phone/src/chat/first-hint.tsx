import type { PhoneSend } from '../../../src/contract.ts';

const STARTERS = ['hello', 'price', 'order'];

/** What to do with an empty chat. */
export function FirstHint({
  send,
  business,
}: {
  send: (body: PhoneSend['body']) => Promise<boolean>;
  business: string;
}) {
  return (
    <div className="hint">
      <h2>Write “hello”</h2>
      <p>
        You hold the customer’s phone. What you send goes to <bdi>{business}</bdi>’s server as a signed webhook; its
        answer appears here.
      </p>
      <p className="hint-starters">
        {STARTERS.map((word) => (
          <button
            key={word}
            type="button"
            className="button quiet"
            onClick={() => void send({ type: 'text', text: { body: word } })}
          >
            {word}
          </button>
        ))}
      </p>
    </div>
  );
}
