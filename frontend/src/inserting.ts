// Buttons marked data-inserts="…" put their text where the cursor stood last in a field marked data-takes-tags of the same form,
// or at the end of the field named by data-default-into.
type Field = HTMLInputElement | HTMLTextAreaElement;

export function startInserting(): void {
  let last: Field | null = null;
  document.addEventListener('focusin', (event) => {
    const target = event.target as Element;
    if (target.matches('[data-takes-tags]')) last = target as Field;
  });
  document.addEventListener('click', (event) => {
    const button = (event.target as Element).closest<HTMLElement>('[data-inserts]');
    if (!button) return;
    const isHere = last?.isConnected && last.closest('form') === button.closest('form');
    const field = isHere ? last : document.getElementById(button.dataset.defaultInto ?? '');
    if (!(field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement)) return;
    const text = button.dataset.inserts ?? '';
    const from = isHere ? (field.selectionStart ?? field.value.length) : field.value.length;
    field.setRangeText(text, from, isHere ? (field.selectionEnd ?? from) : from, 'end');
    field.focus();
    field.dispatchEvent(new Event('input', { bubbles: true }));
  });
}
