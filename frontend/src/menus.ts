// Menus (<details class="menu">), dialogs (<dialog>), the drawer and definitions: opening, closing, and where focus goes.
const items = (menu: Element) => [...menu.querySelectorAll<HTMLElement>('.menu-list a, .menu-list button')];

function closeMenus(except?: Element | null): void {
  for (const menu of document.querySelectorAll<HTMLDetailsElement>('details.menu[open]'))
    if (menu !== except) menu.open = false;
}

function inMenu(event: KeyboardEvent, menu: HTMLDetailsElement): void {
  if (event.key === 'Escape' && menu.open) {
    menu.open = false;
    menu.querySelector('summary')?.focus();
    event.stopPropagation();
    return;
  }
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  menu.open = true;
  const all = items(menu);
  const at = all.indexOf(document.activeElement as HTMLElement);
  all[(at + step + all.length + (at < 0 && step < 0 ? 1 : 0)) % all.length]?.focus();
}

export function openDialog(id: string): void {
  const dialog = document.getElementById(id);
  if (dialog instanceof HTMLDialogElement && !dialog.open) {
    closeMenus();
    dialog.showModal();
    dialog.dispatchEvent(new Event('tenure:opened'));
  }
}

function drawer(open: boolean): void {
  document.documentElement.classList.toggle('drawer-open', open);
  for (const button of document.querySelectorAll('[data-drawer]')) button.setAttribute('aria-expanded', String(open));
  if (open) document.querySelector<HTMLElement>('.sidebar a')?.focus();
}

function placeWords(button: HTMLElement, shown: HTMLElement): void {
  const at = button.getBoundingClientRect();
  const size = shown.getBoundingClientRect();
  const left = Math.min(Math.max(8, at.left + at.width / 2 - size.width / 2), innerWidth - size.width - 8);
  const below = at.bottom + 4 + size.height < innerHeight;
  shown.style.left = `${left}px`;
  shown.style.top = `${below ? at.bottom + 4 : at.top - size.height - 4}px`;
}

function define(target: EventTarget | null, show: boolean): void {
  const button = (target as Element | null)?.closest?.<HTMLElement>('.definition > button');
  const shown = button?.parentElement?.querySelector<HTMLElement>('.definition-words');
  if (!button || !shown?.showPopover) return;
  const open = shown.matches(':popover-open');
  if (show && !open) {
    shown.showPopover();
    placeWords(button, shown);
  } else if (!show && open) shown.hidePopover();
}

// Which groups of the main menu are open is kept in a cookie, so that the next page comes with them open.
function keepGroups(event: Event): void {
  const group = event.target as HTMLDetailsElement;
  if (!group.matches?.('details[data-group]')) return;
  const open = [...document.querySelectorAll<HTMLElement>('details[data-group][open]')].map((each) => each.dataset.group);
  document.cookie = `tenure_menu=${open.join('.')};path=/;max-age=31536000;samesite=lax`;
}

export function startMenus(): void {
  document.addEventListener('toggle', keepGroups, true);
  document.addEventListener('click', (event) => {
    const target = event.target as Element;
    closeMenus(target.closest('details.menu'));
    if (target.closest('.menu-list a, .menu-list button')) closeMenus();

    const opens = target.closest<HTMLElement>('[data-opens]');
    if (opens?.dataset.opens) openDialog(opens.dataset.opens);
    if (target.closest('[data-closes]')) target.closest('dialog')?.close();
    if (target instanceof HTMLDialogElement) target.close(); // the backdrop belongs to the dialog itself

    if (target.closest('[data-drawer]')) drawer(!document.documentElement.classList.contains('drawer-open'));
    else if (target.closest('.drawer-shade') || target.closest('.sidebar a')) drawer(false);
  });
  document.addEventListener('keydown', (event) => {
    const menu = (event.target as Element).closest?.<HTMLDetailsElement>('details.menu');
    if (menu) inMenu(event, menu);
    if (event.key === 'Escape') {
      drawer(false);
      define(event.target, false);
    }
  });
  document.addEventListener('pointerover', (event) => define(event.target, true));
  document.addEventListener('pointerout', (event) => {
    if ((event.target as Element).closest('.definition > button') !== document.activeElement) define(event.target, false);
  });
  document.addEventListener('focusin', (event) => define(event.target, true));
  document.addEventListener('focusout', (event) => define(event.target, false));
}
