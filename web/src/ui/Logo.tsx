// The mountain: Ourea are the mountains of Greek myth.
export function Logo() {
  return (
    <svg className="ou-logo" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="7" fill="#06c" />
      <path d="M5 24 13 9l5 9 3-5 6 11z" fill="#fff" />
      <path d="m13 9 3 5.400-2.100 1.600-1.400-1.200-1.900 1.700-.7-1.900z" fill="#92c5f9" />
    </svg>
  );
}
