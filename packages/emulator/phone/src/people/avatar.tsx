const COLOURS = 6;

const LETTERS = new Intl.Segmenter();

/** What a reader takes for one letter, which may be several code points. */
function toFirstLetter(word: string): string {
  for (const { segment } of LETTERS.segment(word)) return segment;
  return '';
}

/** Initials on a colour that stays with the name. */
export function Avatar({ name, offline = false }: { name: string; offline?: boolean }) {
  const initials = name.split(/\s+/).slice(0, 2).map(toFirstLetter).join('').toUpperCase();
  const colour = Array.from(name, (char) => char.codePointAt(0) ?? 0).reduce((sum, code) => sum + code, 0) % COLOURS;
  return (
    <span className="avatar" data-colour={colour} data-offline={offline || undefined} aria-hidden="true">
      {initials}
    </span>
  );
}
