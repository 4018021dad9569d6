/** The few outlines this page needs, drawn on a 24 px grid. */
const PATHS = {
  back: 'M15 5l-7 7 7 7',
  down: 'M6 10l6 6 6-6',
  send: 'M5 12h13M12 6l6 6-6 6',
  plus: 'M12 5v14M5 12h14',
  smile: 'M12 21a9 9 0 100-18 9 9 0 000 18zM8.5 14.5s1.2 2 3.5 2 3.5-2 3.5-2M9 9.5v.5M15 9.5v.5',
  mic: 'M12 15a3 3 0 003-3V6a3 3 0 00-6 0v6a3 3 0 003 3zM6 11.5a6 6 0 0012 0M12 17.5V21',
  close: 'M6 6l12 12M18 6L6 18',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  gear: 'M4 7h10M18 7h2M4 17h2M10 17h10M14 5v4M6 15v4',
  more: 'M7 10l5 5 5-5',
  list: 'M5 7h14M5 12h14M5 17h9',
  link: 'M10 14l8-8M12 6h6v6M18 14v4H6V6h4',
  pin: 'M12 21s6.5-6 6.5-11a6.5 6.5 0 10-13 0c0 5 6.5 11 6.5 11zM12 12.5a2.5 2.5 0 100-5 2.5 2.5 0 000 5z',
  image: 'M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15.5 9.5v.01',
  file: 'M7 3h7l4 4v14H7zM14 3v4h4',
  person: 'M12 12a4 4 0 100-8 4 4 0 000 8zM5 20c0-3.5 3-6 7-6s7 2.5 7 6',
  reply: 'M10 7l-5 5 5 5M5 12h8c4 0 6 2 6 6',
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg className="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
