// hx-swap="morph" (inside hx-ext="morph"): a part of a page changes only where it differs, so that focus, the caret, a
// list that is open and what is being typed meanwhile stay.
import htmx from 'htmx.org';
import { Idiomorph } from 'idiomorph';

htmx.defineExtension('morph', {
  isInlineSwap: (style: string) => style === 'morph',
  handleSwap: (style: string, target: Node, fragment: Node) =>
    style === 'morph' &&
    (Idiomorph.morph(target as Element, (fragment as DocumentFragment).children, {
      morphStyle: 'outerHTML',
      ignoreActiveValue: true,
    }) as unknown as boolean),
});
