// A table that fits its frame needs no scrolling of its own: its head then stays under the top bar, and the frame is no stop
// for the Tab key.
function fit(frame: HTMLElement): void {
  const table = frame.firstElementChild;
  if (!table) return;
  frame.classList.remove('fits');
  const fits = table.scrollWidth <= frame.clientWidth + 1;
  frame.classList.toggle('fits', fits);
  frame.tabIndex = fits ? -1 : 0;
}

const watching = new ResizeObserver((entries) => {
  for (const { target } of entries) fit(target as HTMLElement);
});

function find(root: ParentNode): void {
  for (const frame of root.querySelectorAll<HTMLElement>('.table-frame')) watching.observe(frame);
}

export function startFrames(): void {
  find(document);
  document.addEventListener('htmx:load', (event) => find((event.target as Element).parentElement ?? document));
}
