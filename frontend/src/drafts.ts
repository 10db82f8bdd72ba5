// A form marked data-draft="name" keeps what is typed into it in this tab until it has been sent: a lost connection, a wrong
// click or a closed dialog costs nothing.
const SKIPPED = /^(hidden|password|submit|button|file)$/;

type Field = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

const nameOf = (form: HTMLFormElement) => `draft:${location.pathname}:${form.dataset.draft}`;
const fields = (form: HTMLFormElement) =>
  [...form.elements].filter((each): each is Field => 'name' in each && each.name !== '' && !SKIPPED.test((each as Field).type));

function keep(form: HTMLFormElement): void {
  const values = fields(form).map((each) =>
    each instanceof HTMLInputElement && /^(checkbox|radio)$/.test(each.type) ? each.checked : each.value,
  );
  sessionStorage.setItem(nameOf(form), JSON.stringify(values));
}

function restore(form: HTMLFormElement): void {
  const kept = sessionStorage.getItem(nameOf(form));
  if (!kept) return;
  const values = JSON.parse(kept) as (string | boolean)[];
  const all = fields(form);
  // The form has changed since, or came back from the server with what was typed: leave it.
  if (all.length !== values.length || form.querySelector('[aria-invalid=true]')) return;
  all.forEach((each, at) => {
    const value = values[at];
    if (typeof value === 'boolean') (each as HTMLInputElement).checked = value;
    else if (value !== undefined) each.value = value;
    each.dispatchEvent(new Event('change', { bubbles: true }));
  });
}

const drafted = (target: EventTarget | null) =>
  (target as Element | null)?.closest?.<HTMLFormElement>('form[data-draft]') ?? null;

export function startDrafts(): void {
  for (const form of document.querySelectorAll<HTMLFormElement>('form[data-draft]')) restore(form);
  document.addEventListener('htmx:load', (event) => {
    for (const form of (event.target as Element).querySelectorAll<HTMLFormElement>('form[data-draft]')) restore(form);
  });
  document.addEventListener('input', (event) => {
    const form = drafted(event.target);
    if (form) keep(form);
  });
  document.addEventListener('submit', (event) => {
    const form = drafted(event.target);
    if (form && !form.matches('[hx-post], [hx-put], [hx-patch]')) sessionStorage.removeItem(nameOf(form));
  });
  document.addEventListener('htmx:afterRequest', (event) => {
    const { successful, elt } = (event as CustomEvent<{ successful: boolean; elt: Element }>).detail;
    const form = drafted(elt);
    if (form && successful) sessionStorage.removeItem(nameOf(form));
  });
}
