// The command palette: a dialog whose answers come from the server (/palette?q=), walked by the arrow keys.
import { openDialog } from './menus';

const palette = () => document.getElementById('palette') as HTMLDialogElement | null;
const answers = () => [...(palette()?.querySelectorAll<HTMLElement>('[role=option]') ?? [])];

function choose(at: number): void {
  const all = answers();
  all.forEach((answer, index) => answer.setAttribute('aria-selected', String(index === at)));
  const chosen = all[at];
  chosen?.scrollIntoView({ block: 'nearest' });
  palette()?.querySelector('input')?.setAttribute('aria-activedescendant', chosen?.id ?? '');
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
  dialog.addEventListener('htmx:afterSwap', () => choose(0));
  dialog.addEventListener('pointermove', (event) => {
    const answer = (event.target as Element).closest<HTMLElement>('[role=option]');
    if (answer && answer.getAttribute('aria-selected') !== 'true') choose(answers().indexOf(answer));
  });
  dialog.addEventListener('click', (event) => {
    const answer = (event.target as Element).closest<HTMLElement>('[role=option]');
    if (!answer) return;
    dialog.close();
    if (answer.dataset.press) {
      event.preventDefault();
      document.querySelector<HTMLElement>(answer.dataset.press)?.click();
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
