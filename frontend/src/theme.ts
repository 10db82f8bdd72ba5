// Light, dark or as the system says. The server writes the choice into the page, so nothing flashes.
export type Theme = 'auto' | 'light' | 'dark';

const root = document.documentElement;
const system = matchMedia('(prefers-color-scheme: dark)');

export function isDark(): boolean {
  return root.dataset.theme ? root.dataset.theme === 'dark' : system.matches;
}

function mark(): void {
  const now = root.dataset.theme ?? 'auto';
  for (const item of document.querySelectorAll('[data-set-theme]'))
    item.setAttribute('aria-checked', String((item as HTMLElement).dataset.setTheme === now));
}

function choose(theme: Theme): void {
  if (theme === 'auto') delete root.dataset.theme;
  else root.dataset.theme = theme;
  const year = 31_536_000;
  document.cookie = `tenure_theme=${theme}; path=/; max-age=${theme === 'auto' ? 0 : year}; samesite=lax`;
  mark();
  document.dispatchEvent(new Event('tenure:theme'));
}

export function startTheme(): void {
  document.addEventListener('click', (event) => {
    const item = (event.target as Element).closest<HTMLElement>('[data-set-theme]');
    if (item) choose(item.dataset.setTheme as Theme);
    else if ((event.target as Element).closest('[data-flip-theme]')) choose(isDark() ? 'light' : 'dark');
  });
  system.addEventListener('change', () => document.dispatchEvent(new Event('tenure:theme')));
  mark();
}
