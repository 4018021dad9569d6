export function TypingDots({ name }: { name: string }) {
  return (
    <p className="typing" aria-label={`${name} is typing`}>
      <span />
      <span />
      <span />
    </p>
  );
}
