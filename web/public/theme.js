// Applies the stored theme before the first paint, so that a dark page never flashes white.
(() => {
  const stored = localStorage.getItem('ourea.theme');
  const dark =
    stored === 'dark' || (stored !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.classList.toggle('pf-v6-theme-dark', dark);
})();
