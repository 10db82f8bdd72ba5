// Short notes of what has just happened, with a way back. They come in the page, or in an answer's HX-Trigger header
// as {"toast": {"text": …, "undo": "/address", "undo_label": …, "tone": …}} (see tenure/web/shell/toasts.py).
import { words } from './words';

export interface Toast {
  text: string;
  undo?: string;
  tone?: string;
}

const SHOWN_FOR = 8000;

function leave(note: HTMLElement): void {
  let timer = window.setTimeout(() => note.remove(), SHOWN_FOR);
  const stay = () => clearTimeout(timer);
  const start = () => {
    clearTimeout(timer);
    timer = window.setTimeout(() => note.remove(), SHOWN_FOR);
  };
  note.addEventListener('pointerenter', stay);
  note.addEventListener('focusin', stay);
  note.addEventListener('pointerleave', start);
  note.addEventListener('focusout', start);
}

function button(text: string, attributes: Record<string, string>): HTMLButtonElement {
  const made = document.createElement('button');
  made.textContent = text;
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

export function showToast(toast: Toast): void {
  const place = document.getElementById('toasts');
  if (!place) return;
  const note = document.createElement('div');
  note.className = 'toast-note';
  if (toast.tone === 'risk') note.setAttribute('role', 'alert');
  const text = document.createElement('span');
  text.textContent = toast.text;
  note.append(text);
  if (toast.undo) note.append(button(words('undo'), { type: 'button', 'hx-post': toast.undo, 'hx-swap': 'none', 'data-undo': '' }));
  note.append(button('×', { type: 'button', 'data-dismiss': '', 'aria-label': words('dismiss') }));
  place.append(note);
  window.htmx.process(note);
  // Only the newest few: a pile of notes is read by nobody.
  while (place.children.length > 3) place.firstElementChild?.remove();
  leave(note);
}

export function startToasts(): void {
  const place = document.getElementById('toasts');
  for (const note of place?.querySelectorAll<HTMLElement>('.toast-note') ?? []) leave(note);
  document.addEventListener('toast', (event) => {
    const { detail } = event as CustomEvent<Toast & { value?: Toast[] }>;
    for (const toast of Array.isArray(detail.value) ? detail.value : [detail]) showToast(toast);
  });
  document.addEventListener('click', (event) => {
    const target = event.target as Element;
    if (target.closest('[data-dismiss]')) target.closest('.toast-note')?.remove();
  });
  // z undoes the newest thing that can be undone.
  document.addEventListener('htmx:afterRequest', (event) => {
    const { elt } = (event as CustomEvent<{ elt: Element }>).detail;
    if (elt.matches('[data-undo]')) elt.closest('.toast-note')?.remove();
  });
}
