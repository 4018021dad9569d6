const COLOURS = 6;

/** Initials on a colour that stays with the name. */
export function Avatar({ name, offline = false }: { name: string; offline?: boolean }) {
  const initials = name
    .split(/\s+/)
    .slice(0, 2)
    .map((word) => [...word][0] ?? '')
    .join('')
    .toUpperCase();
  const colour = [...name].reduce((sum, char) => sum + (char.codePointAt(0) ?? 0), 0) % COLOURS;
  return (
    <span className="avatar" data-colour={colour} data-offline={offline || undefined} aria-hidden="true">
      {initials}
    </span>
  );
}
