// The command palette: a dialog whose answers come from the server (/palette?q=), walked by the arrow keys.
import { openDialog } from './menus';
import { words } from './words';

const palette = () => document.getElementById('palette') as HTMLDialogElement | null;
const answers = () => [...(palette()?.querySelectorAll<HTMLElement>('[role=option]') ?? [])];

function choose(at: number): void {
  const all = answers();
  all.forEach((answer, index) => answer.setAttribute('aria-selected', String(index === at)));
  const chosen = all[at];
  chosen?.scrollIntoView({ block: 'nearest' });
  palette()?.querySelector('input')?.setAttribute('aria-activedescendant', chosen?.id ?? '');
}

// What can be pressed on the page under the palette: everything with a key of its own, outside the rows of a list.
let pressable: HTMLElement[] = [];

function offerThisPage(): void {
  const list = palette()?.querySelector('#palette-answers');
  const typed = palette()?.querySelector('input')?.value.toLowerCase().split(/\s+/).filter(Boolean) ?? [];
  const name = (each: HTMLElement) =>
    each.dataset.palette ?? ([...each.childNodes].filter((node) => !(node instanceof Element && node.matches('kbd'))).map((node) => node.textContent).join(' ').trim() || each.getAttribute('aria-label') || '');
  pressable = [...document.querySelectorAll<HTMLElement>('main [data-key]:not([disabled]), main [data-palette]')].filter(
    (each) => !each.closest('[data-row], tbody, [hidden]') && typed.every((part) => name(each).toLowerCase().includes(part)),
  );
  if (!list || !pressable.length) return;
  const head = document.createElement('div');
  head.setAttribute('role', 'presentation');
  head.textContent = words('on-this-page');
  const offered = pressable.map((each, at) => {
    const answer = document.createElement('a');
    answer.className = 'palette-answer';
    answer.href = '#';
    answer.id = `answer-here-${at}`;
    answer.tabIndex = -1;
    answer.setAttribute('role', 'option');
    answer.dataset.here = String(at);
    const icon = each.querySelector('svg')?.cloneNode(true);
    if (icon) answer.append(icon);
    const text = document.createElement('span');
    text.textContent = name(each);
    answer.append(text);
    if (each.dataset.key) {
      const key = document.createElement('kbd');
      key.textContent = each.dataset.key;
      answer.append(key);
    }
    return answer;
  });
  list.querySelector('.palette-nothing')?.remove();
  list.prepend(head, ...offered);
}

function press(answer: HTMLElement): void {
  const target = answer.dataset.here
    ? pressable[Number(answer.dataset.here)]
    : document.querySelector<HTMLElement>(answer.dataset.press ?? '');
  if (target?.matches('input:not([type=checkbox]), textarea, select')) target.focus();
  else target?.click();
}

export function openPalette(): boolean {
  if (!palette()) return false;
  openDialog('palette');
  return true;
}

export function startPalette(): void {
  const dialog = palette();
  const input = dialog?.querySelector('input');
  if (!dialog || !input) return;
  const opened = () => {
    input.select();
    input.focus();
    window.htmx.trigger(input, 'palette');
  };
  dialog.addEventListener('tenure:opened', opened);
  dialog.addEventListener('htmx:afterSwap', () => {
    offerThisPage();
    choose(0);
  });
  dialog.addEventListener('pointermove', (event) => {
    const answer = (event.target as Element).closest<HTMLElement>('[role=option]');
    if (answer && answer.getAttribute('aria-selected') !== 'true') choose(answers().indexOf(answer));
  });
  dialog.addEventListener('click', (event) => {
    const answer = (event.target as Element).closest<HTMLElement>('[role=option]');
    if (!answer) return;
    dialog.close();
    if (answer.dataset.press || answer.dataset.here) {
      event.preventDefault();
      press(answer);
    }
  });
  input.addEventListener('keydown', (event) => {
    const all = answers();
    const at = all.findIndex((answer) => answer.getAttribute('aria-selected') === 'true');
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (all.length) choose((at + (event.key === 'ArrowDown' ? 1 : -1) + all.length) % all.length);
    } else if (event.key === 'Enter' && !event.isComposing) {
      event.preventDefault();
      all[at]?.dispatchEvent(
        new MouseEvent('click', { bubbles: true, cancelable: true, ctrlKey: event.ctrlKey, metaKey: event.metaKey }),
      );
    }
  });
}
