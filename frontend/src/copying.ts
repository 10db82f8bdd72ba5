// Buttons marked data-copy="#id" (an element's text) or data-copy-text="…" put it on the clipboard and say so.
import { words } from './words';

async function put(text: string): Promise<void> {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  // Without https the clipboard interface is missing; the old way still works.
  const area = document.createElement('textarea');
  area.value = text;
  area.style.position = 'fixed';
  area.style.opacity = '0';
  document.body.append(area);
  area.select();
  document.execCommand('copy');
  area.remove();
}

export function startCopying(): void {
  document.addEventListener('click', async (event) => {
    const button = (event.target as Element).closest<HTMLElement>('[data-copy], [data-copy-text]');
    if (!button) return;
    const source = button.dataset.copy ? document.querySelector<HTMLElement>(button.dataset.copy) : null;
    await put(button.dataset.copyText ?? source?.textContent?.trim() ?? '');
    const label = button.querySelector('[data-copy-label]') ?? button;
    const before = label.textContent;
    label.textContent = words('copied');
    setTimeout(() => (label.textContent = before), 1600);
  });
}
