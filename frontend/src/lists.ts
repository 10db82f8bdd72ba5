// Rows: j and k walk them, Enter opens, x selects; a bulk bar appears while something is selected.
export const rows = () => [...document.querySelectorAll<HTMLElement>('[data-row], .list tbody tr:has(.row-link)')];
export const here = () => document.querySelector<HTMLElement>('.here');

export function step(by: number): void {
  const all = rows().filter((row) => row.offsetParent !== null || row.getClientRects().length > 0);
  if (!all.length) return;
  const current = here();
  const at = current ? all.indexOf(current) : -1;
  const next = all[at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + by, 0), all.length - 1)];
  current?.classList.remove('here');
  next?.classList.add('here');
  next?.scrollIntoView({ block: 'nearest' });
  next?.querySelector<HTMLElement>('.row-link, a, button, summary')?.focus({ preventScroll: true });
}

export function openHere(): boolean {
  const link = here()?.querySelector<HTMLElement>('.row-link, a, summary, button');
  link?.click();
  return Boolean(link);
}

export function selectHere(): void {
  const box = here()?.querySelector<HTMLInputElement>('input[type=checkbox]');
  box?.click();
}

function count(form: Element): void {
  const boxes = [...form.querySelectorAll<HTMLInputElement>('input[data-select]')];
  const chosen = boxes.filter((box) => box.checked).length;
  const all = form.querySelector<HTMLInputElement>('input[data-select-all]');
  if (all) {
    all.checked = chosen > 0 && chosen === boxes.length;
    all.indeterminate = chosen > 0 && chosen < boxes.length;
  }
  for (const bar of form.querySelectorAll<HTMLElement>('.bulk-bar')) bar.hidden = chosen === 0;
  for (const number of form.querySelectorAll('[data-chosen-count]')) number.textContent = String(chosen);
}

let last: HTMLInputElement | undefined;

export function startLists(): void {
  document.addEventListener('click', (event) => {
    const box = event.target as HTMLInputElement;
    if (!box.matches?.('input[data-select], input[data-select-all]')) return;
    const form = box.closest('[data-selectable]');
    if (!form) return;
    const boxes = [...form.querySelectorAll<HTMLInputElement>('input[data-select]')];
    if (box.matches('[data-select-all]')) for (const each of boxes) each.checked = box.checked;
    else if ((event as MouseEvent).shiftKey && last) {
      const [from, to] = [boxes.indexOf(last), boxes.indexOf(box)].sort((a, b) => a - b);
      for (const each of boxes.slice(from, (to ?? 0) + 1)) each.checked = box.checked;
    }
    last = box;
    count(form);
  });
  document.addEventListener('focusin', (event) => {
    const row = (event.target as Element).closest('[data-row], .list tbody tr:has(.row-link)');
    if (!row || row.classList.contains('here')) return;
    here()?.classList.remove('here');
    if ((event.target as Element).matches(':focus-visible')) row.classList.add('here');
  });
  // A form marked data-autosend sends itself when a choice in it changes: filters, page sizes.
  document.addEventListener('change', (event) => {
    const form = (event.target as Element).closest<HTMLFormElement>('form[data-autosend]');
    if (form && !(event.target as Element).matches('input[type=search], input[type=text]')) form.requestSubmit();
  });
}
