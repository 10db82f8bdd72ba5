// The keyboard: / searches, ? shows the keys, g and a letter goes somewhere, j and k walk the rows of a page,
// and any element marked data-key="e" is pressed by e: the one in the row you stand on, else the page's.
import { here, openHere, selectHere, step } from './lists';
import { openDialog } from './menus';
import { openPalette } from './palette';

const typing = (target: EventTarget | null) =>
  target instanceof HTMLElement &&
  (target.isContentEditable || /^(SELECT|TEXTAREA)$/.test(target.tagName) || (target instanceof HTMLInputElement && !/^(checkbox|radio|button|submit)$/.test(target.type)));

let waitingForPlace = 0;

function go(key: string): boolean {
  const link = document.querySelector<HTMLAnchorElement>(`.navigation [data-go="${CSS.escape(key)}"]`);
  link?.click();
  return Boolean(link);
}

function press(key: string): boolean {
  const marked = `[data-key="${CSS.escape(key)}"]:not([disabled])`;
  const found = here()?.querySelector<HTMLElement>(marked) ?? [...document.querySelectorAll<HTMLElement>(`main ${marked}, .topbar ${marked}`)].find((each) => !each.closest('[data-row], .list tbody tr'));
  if (!found) return false;
  if (found.matches('input, textarea, select')) found.focus();
  else found.click();
  return true;
}

function search(): boolean {
  const box = document.querySelector<HTMLInputElement>('main input[type=search], main [data-search]');
  if (!box) return openPalette();
  box.focus();
  box.select();
  return true;
}

function answered(event: KeyboardEvent): boolean {
  if (waitingForPlace && Date.now() - waitingForPlace < 1500) {
    waitingForPlace = 0;
    if (go(event.key)) return true;
  }
  switch (event.key) {
    case 'g':
      waitingForPlace = Date.now();
      return true;
    case '/':
      return search();
    case '?':
      openDialog('keys');
      return true;
    case 'j':
      step(1);
      return true;
    case 'k':
      step(-1);
      return true;
    case 'o':
      return openHere();
    case 'x':
      selectHere();
      return Boolean(here());
    default:
      return event.key.length === 1 && press(event.key);
  }
}

export function startKeys(): void {
  if (/Mac|iPhone|iPad/.test(navigator.platform))
    for (const key of document.querySelectorAll('[data-command-key]')) key.textContent = '⌘K';
  document.addEventListener('keydown', (event) => {
    if ((event.metaKey || event.ctrlKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === 'k') {
      event.preventDefault();
      openPalette();
      return;
    }
    if ((event.metaKey || event.ctrlKey) && event.key === 'Enter') {
      const form = (event.target as Element).closest('form');
      if (form) {
        event.preventDefault();
        form.requestSubmit();
      }
      return;
    }
    if (event.key === 'Escape' && typing(event.target) && !(event.target as Element).closest('dialog')) {
      (event.target as HTMLElement).blur();
      return;
    }
    if (event.metaKey || event.ctrlKey || event.altKey || event.defaultPrevented || event.isComposing) return;
    if (typing(event.target) || document.querySelector('dialog[open]')) return;
    if (answered(event)) event.preventDefault();
  });
}
