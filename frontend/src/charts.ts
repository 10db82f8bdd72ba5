// Draws a Vega-Lite specification made by Altair on the server. Vega's expression interpreter walks the syntax tree, so
// no eval is needed and the Content-Security-Policy holds. Colours are the page's own and follow light and dark.
import { parse, View, type Spec, type Config } from 'vega';
import { expressionInterpreter } from 'vega-interpreter';
import { compile, type TopLevelSpec } from 'vega-lite';
import { Handler } from 'vega-tooltip';
import { isDark } from './theme';
import { language, words } from './words';

const tooltip = new Handler({ disableDefaultStyle: true });
const drawn = new Map<HTMLElement, View>();

function colour(name: string): string {
  // A custom property keeps its light-dark() pair; a real property resolves it.
  const probe = document.createElement('span');
  probe.hidden = true;
  document.body.append(probe);
  probe.style.color = `var(--${name})`;
  const value = getComputedStyle(probe).color;
  probe.remove();
  return value;
}

function look(): Config {
  const ink = colour('ink');
  const soft = colour('ink-soft');
  const line = colour('line');
  const accent = colour('accent');
  const font = getComputedStyle(document.body).fontFamily;
  const category = isDark()
    ? ['#5fc7c1', '#a8a9aa', '#e8b85a', '#8ab8ff', '#d3a2e8', '#63d293']
    : ['#0b6464', '#77797a', '#a56a00', '#1d5bb8', '#8338a5', '#12713c'];
  return {
    background: 'transparent',
    font,
    view: { stroke: 'transparent' },
    axis: {
      labelColor: soft,
      titleColor: soft,
      labelFontSize: 12,
      titleFontSize: 12,
      titleFontWeight: 'normal',
      gridColor: line,
      domainColor: line,
      tickColor: line,
      tickSize: 4,
      labelPadding: 4,
      labelOverlap: 'greedy',
      labelSeparation: 8,
    },
    axisY: { domain: false, ticks: false },
    axisX: { grid: false },
    legend: { labelColor: ink, titleColor: soft, labelFontSize: 12, titleFontSize: 12, titleFontWeight: 'normal' },
    title: { color: ink, fontSize: 14, fontWeight: 600, anchor: 'start', subtitleColor: soft },
    text: { color: ink, fontSize: 12 },
    line: { color: accent, strokeWidth: 2 },
    area: { color: accent },
    bar: { color: accent },
    point: { color: accent, filled: true },
    rule: { color: soft },
    range: { category },
  } as Config;
}

// Days and months as they are written in Chinese; the specification has them as in English.
const chineseDates: Record<string, string> = {
  '%-d %b': '%-m月%-d日',
  '%-d %b %Y': '%Y年%-m月%-d日',
  '%b %Y': '%Y年%-m月',
  '%b %y': '%y年%-m月',
};

// A specification may name the page's colours as "token:risk"; the same thing keeps the same colour on every page.
function resolve(value: unknown): unknown {
  if (typeof value === 'string' && value.startsWith('token:')) return colour(value.slice(6));
  if (typeof value === 'string' && language().startsWith('zh')) return chineseDates[value] ?? value;
  if (Array.isArray(value)) return value.map(resolve);
  if (value && typeof value === 'object')
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, key === 'values' || key === 'datasets' ? inner : resolve(inner)]));
  return value;
}

async function specification(chart: HTMLElement): Promise<TopLevelSpec> {
  // An attribute, not a script: htmx drops scripts from what it swaps in, whatever their type.
  if (chart.dataset.spec) return JSON.parse(chart.dataset.spec) as TopLevelSpec;
  const answer = await fetch(chart.dataset.specUrl ?? '', { headers: { Accept: 'application/json' } });
  if (!answer.ok) throw new Error(`${answer.status}`);
  return (await answer.json()) as TopLevelSpec;
}

function sized(spec: TopLevelSpec, width: number): TopLevelSpec {
  const composed = ['hconcat', 'vconcat', 'concat', 'facet', 'repeat'].some((key) => key in spec);
  return composed ? spec : ({ height: 240, ...spec, width, autosize: { type: 'fit-x', contains: 'padding' } } as TopLevelSpec);
}

type Layered = { layer?: { name?: string; encoding?: { color?: object } }[] };
const NARROW = 480;

// Names at the ends of lines take a third of a phone's width: there they stand above the lines instead.
function namedAbove(spec: TopLevelSpec, width: number): TopLevelSpec {
  const layers = (spec as Layered).layer;
  if (width >= NARROW || !layers?.some((layer) => layer.name === 'ends')) return spec;
  const legend = { orient: 'top', title: null, columns: 2, labelLimit: width / 2 - 32, symbolType: 'stroke' };
  const kept = layers
    .filter((layer) => layer.name !== 'ends')
    .map((layer) =>
      layer.encoding?.color ? { ...layer, encoding: { ...layer.encoding, color: { ...layer.encoding.color, legend } } } : layer,
    );
  return { ...spec, layer: kept } as TopLevelSpec;
}

async function paint(chart: HTMLElement, spec: TopLevelSpec): Promise<void> {
  const picture = chart.querySelector<HTMLElement>('.chart-picture');
  if (!picture) return;
  const { config: own, ...rest } = spec as TopLevelSpec & { config?: Config };
  delete (own as { view?: unknown } | undefined)?.view;
  const compiled = compile(resolve(namedAbove(sized(rest as TopLevelSpec, picture.clientWidth), picture.clientWidth)) as TopLevelSpec, {
    config: { ...(resolve(own ?? {}) as object), ...look() } as never,
  }).spec as Spec;
  const view = new View(parse(compiled, undefined, { ast: true } as never), {
    expr: expressionInterpreter as never,
    renderer: 'svg',
    container: picture,
    hover: true,
    locale: localised(),
  } as never).tooltip(tooltip.call);
  drawn.get(chart)?.finalize();
  drawn.set(chart, view);
  await view.runAsync();
  if (chart.dataset.brush) brushed(view, picture, chart.dataset.brush);
  // The picture is one image with a name; its marks would be read out one by one. The numbers are in the table.
  picture.querySelector('svg')?.setAttribute('aria-hidden', 'true');
  chart.dataset.drawn = 'yes';
}

// A rectangle drawn over the chart (its selection is called "brush") opens the list of what stands in it.
function brushed(view: View, picture: HTMLElement, address: string): void {
  picture.addEventListener('pointerup', () => {
    setTimeout(() => {
      const drawnOver = view.signal('brush') as Record<string, [number, number]> | null;
      const ranges = Object.entries(drawnOver ?? {}).filter(([, range]) => Array.isArray(range) && range[0] !== range[1]);
      if (ranges.length < 2) return;
      const goal = new URL(address, location.href);
      for (const [name, range] of ranges) {
        goal.searchParams.set(`${name}_from`, String(Math.min(...range)));
        goal.searchParams.set(`${name}_to`, String(Math.max(...range)));
      }
      location.assign(goal);
    }, 60);
  });
}

function localised(): object | undefined {
  if (!language().startsWith('zh')) return undefined;
  const number = { decimal: '.', thousands: ',', grouping: [3], currency: ['', ''] };
  const days = ['日', '一', '二', '三', '四', '五', '六'];
  const months = Array.from({ length: 12 }, (_, month) => `${month + 1}月`);
  const weekday = language().toLowerCase().includes('hant') ? '週' : '周';
  return {
    number,
    time: {
      dateTime: '%Y年%-m月%-d日 %X',
      date: '%Y年%-m月%-d日',
      time: '%H:%M:%S',
      periods: ['上午', '下午'],
      days: days.map((day) => `星期${day}`),
      shortDays: days.map((day) => `${weekday}${day}`),
      months,
      shortMonths: months,
    },
  };
}

export async function draw(chart: HTMLElement): Promise<void> {
  let spec: TopLevelSpec;
  try {
    spec = await specification(chart);
    await paint(chart, spec);
  } catch (problem) {
    console.error(problem);
    chart.dataset.drawn = 'failed';
    const picture = chart.querySelector('.chart-picture');
    if (picture) {
      picture.className = 'chart-failed';
      picture.textContent = words('chart-failed');
    }
    return;
  }
  let width = chart.clientWidth;
  let waiting = 0;
  const again = () => {
    clearTimeout(waiting);
    waiting = window.setTimeout(() => void paint(chart, spec), 120);
  };
  const watch = new ResizeObserver(() => {
    if (!chart.isConnected) {
      watch.disconnect();
      document.removeEventListener('tenure:theme', again);
      drawn.get(chart)?.finalize();
      drawn.delete(chart);
    } else if (chart.clientWidth !== width && chart.clientWidth > 0) {
      width = chart.clientWidth;
      again();
    }
  });
  watch.observe(chart);
  document.addEventListener('tenure:theme', again);
}
