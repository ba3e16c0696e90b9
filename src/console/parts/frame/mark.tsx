// The Slipway logo: a slipway and the water.
export function Mark() {
  return (
    <svg className="icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="2.2" aria-hidden="true">
      <path strokeLinecap="round" d="M3 17c4 0 6-9 18-11M3 21h18" />
    </svg>
  );
}
