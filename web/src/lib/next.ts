// The page to go on with after signing in, which comes from the address bar and may be anybody's wish.

/** Only paths of this very site: `//host` and what a browser reads as such would lead elsewhere. */
export function ownPath(next: string | null): string {
  return next && /^\/(?![/\\])[^\\\p{Cc}]*$/u.test(next) ? next : '/';
}
