// Tabs that switch parts of one page. (Tabs that are links to other pages need no script.)
function show(tab: HTMLElement): void {
  const list = tab.closest('[role=tablist]');
  for (const other of list?.querySelectorAll<HTMLElement>('[role=tab]') ?? []) {
    const chosen = other === tab;
    other.setAttribute('aria-selected', String(chosen));
    other.tabIndex = chosen ? 0 : -1;
    const panel = document.getElementById(other.getAttribute('aria-controls') ?? '');
    if (panel) panel.hidden = !chosen;
  }
}

export function startTabs(): void {
  for (const tab of document.querySelectorAll<HTMLElement>('nav.tabs [aria-current=page]'))
    if (tab.parentElement) tab.parentElement.scrollLeft = tab.offsetLeft - 16;
  document.addEventListener('click', (event) => {
    const tab = (event.target as Element).closest<HTMLElement>('[role=tab]');
    if (tab) show(tab);
  });
  document.addEventListener('keydown', (event) => {
    const tab = (event.target as Element).closest?.<HTMLElement>('[role=tab]');
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!tab || !step) return;
    const all = [...(tab.closest('[role=tablist]')?.querySelectorAll<HTMLElement>('[role=tab]') ?? [])];
    const next = all[(all.indexOf(tab) + step + all.length) % all.length];
    if (next) {
      show(next);
      next.focus();
    }
  });
}
