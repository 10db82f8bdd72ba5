// Keeps <time data-relative> true while a page stays open. The server has already written both forms.
import { language } from './words';

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_557_600],
  ['month', 2_629_800],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

// The page's clock: the demo workspace lives at its own time, so "now" is what the server said plus what has passed.
const loaded = Date.now();
const serverNow = Date.parse(document.querySelector<HTMLMetaElement>('meta[name=now]')?.content ?? '') || loaded;
const now = () => serverNow + (Date.now() - loaded);

export function relative(at: number, format: Intl.RelativeTimeFormat): string {
  const seconds = (at - now()) / 1000;
  for (const [unit, size] of STEPS)
    if (Math.abs(seconds) >= size) return format.format(Math.trunc(seconds / size), unit);
  return format.format(0, 'minute');
}

function refresh(): void {
  const format = new Intl.RelativeTimeFormat(language(), { numeric: 'auto' });
  for (const time of document.querySelectorAll<HTMLTimeElement>('time[data-relative]')) {
    const at = Date.parse(time.dateTime);
    if (!Number.isNaN(at)) time.textContent = relative(at, format);
  }
}

export function startClocks(): void {
  setInterval(() => document.visibilityState === 'visible' && refresh(), 30_000);
  document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && refresh());
}
