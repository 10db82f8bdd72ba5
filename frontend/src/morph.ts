// hx-swap="morph" (inside hx-ext="morph"): a part of a page changes only where it differs, so that focus, the caret, a
// list that is open and what was typed since the request left stay.
import htmx from 'htmx.org';
import { Idiomorph } from 'idiomorph';

type Field = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

const typedAt = new WeakMap<Field, number>();
const sentAt = new WeakMap<XMLHttpRequest, number>();
let asked = Infinity;

const isField = (node: EventTarget | null): node is Field =>
  node instanceof HTMLInputElement || node instanceof HTMLTextAreaElement || node instanceof HTMLSelectElement;

for (const kind of ['input', 'change'])
  document.addEventListener(kind, (event) => isField(event.target) && typedAt.set(event.target, performance.now()), true);
document.addEventListener('htmx:beforeSend', (event) => sentAt.set((event as CustomEvent).detail.xhr, performance.now()));
document.addEventListener('htmx:beforeSwap', (event) => {
  asked = sentAt.get((event as CustomEvent).detail.xhr) ?? Infinity;
});

/** What the answer cannot know: fields changed after it was asked for, with their values. */
function typedSince(moment: number, inside: Element): [Field, string, string, boolean][] {
  return [...inside.querySelectorAll<Field>('input, textarea, select')]
    .filter((field) => (typedAt.get(field) ?? -1) > moment)
    .map((field) => [field, field.name, field.value, field instanceof HTMLInputElement && field.checked]);
}

htmx.defineExtension('morph', {
  isInlineSwap: (style: string) => style === 'morph',
  handleSwap: (style: string, target: Node, fragment: Node) => {
    if (style !== 'morph') return false;
    const typed = typedSince(asked, target as Element);
    const changed = Idiomorph.morph(target as Element, (fragment as DocumentFragment).children, {
      morphStyle: 'outerHTML',
      ignoreActiveValue: true,
    });
    for (const [field, name, value, checked] of typed) {
      if (!field.isConnected || field.name !== name) continue;
      if (field instanceof HTMLInputElement && ['checkbox', 'radio'].includes(field.type)) field.checked = checked;
      else field.value = value;
    }
    return changed as unknown as boolean;
  },
});
