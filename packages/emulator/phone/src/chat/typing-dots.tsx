import { useNow } from '../use-now.ts';

/** Shown until the moment (local time) the business's typing ends by itself. */
export function TypingDots({ name, until }: { name: string; until: number }) {
  const now = useNow(500);
  if (until <= now) return null;
  return (
    <p className="typing" aria-label={`${name} is typing`}>
      <span />
      <span />
      <span />
    </p>
  );
}
