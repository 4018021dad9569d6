/** Our sign: a pier over water. */
export function Mark({ size }: { size: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" focusable="false" style={{ flex: 'none' }}>
      <rect width="32" height="32" rx="8" fill="#0f5c6e" />
      <path d="M6 11h20M9 11v12M16 11v9M23 11v12" stroke="#fff" strokeWidth="3" strokeLinecap="round" />
      <path
        d="M5 25c2 0 2-1.5 4-1.5S11 25 13 25s2-1.5 4-1.5S19 25 21 25s2-1.5 4-1.5S27 25 27 25"
        stroke="#7cc4bd"
        strokeWidth="2"
        fill="none"
        strokeLinecap="round"
      />
    </svg>
  );
}
