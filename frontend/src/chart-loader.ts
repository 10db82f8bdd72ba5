// Charts are the only heavy part, so they are fetched when a chart comes near the window.
let drawing: Promise<typeof import('./charts')> | undefined;

const near = new IntersectionObserver(
  (entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      near.unobserve(entry.target);
      drawing ??= import('./charts');
      void drawing.then(({ draw }) => draw(entry.target as HTMLElement));
    }
  },
  { rootMargin: '400px' },
);

function find(root: ParentNode): void {
  for (const chart of root.querySelectorAll<HTMLElement>('[data-chart]:not([data-drawn])')) {
    chart.dataset.drawn = 'waiting';
    near.observe(chart);
  }
}

export function startCharts(): void {
  find(document);
  document.addEventListener('htmx:load', (event) => find((event.target as Element).parentElement ?? document));
}
