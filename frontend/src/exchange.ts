// htmx, set so that it needs neither eval nor an inline style.
import htmx from 'htmx.org';
import { words } from './words';
import { showToast } from './toasts';

declare global {
  interface Window {
    htmx: typeof htmx;
  }
}

htmx.config.includeIndicatorStyles = false;
htmx.config.allowEval = false;
htmx.config.allowScriptTags = false;
htmx.config.selfRequestsOnly = true;
htmx.config.historyRestoreAsHxRequest = false;
htmx.config.defaultSettleDelay = 0;
htmx.config.scrollIntoViewOnBoost = false;
// 422 is "your form, with what is wrong written beside it": shown like any answer.
htmx.config.responseHandling = [
  { code: '204', swap: false },
  { code: '[23]..', swap: true },
  { code: '422', swap: true },
  { code: '[45]..', swap: false, error: true },
];
window.htmx = htmx;

document.addEventListener('htmx:configRequest', (event) => {
  const { headers, verb } = (event as CustomEvent<{ headers: Record<string, string>; verb: string }>).detail;
  const token = document.querySelector<HTMLMetaElement>('meta[name=csrf-token]')?.content;
  if (verb !== 'get' && token) headers['X-CSRFToken'] = token;
});

// Parts of a page that ask by themselves ("every 5s") rest while nobody looks, and do not complain when they fail.
type Asked = CustomEvent<{ elt: Element; requestConfig: { triggeringEvent?: Event } }>;
const isPoll = ({ detail }: Asked) =>
  !detail.requestConfig.triggeringEvent && /\bevery\b/.test(detail.elt.getAttribute('hx-trigger') ?? '');

document.addEventListener('htmx:beforeRequest', (event) => {
  if (document.hidden && isPoll(event as Asked)) event.preventDefault();
});

document.addEventListener('htmx:responseError', (event) => {
  const { xhr } = (event as CustomEvent<{ xhr: XMLHttpRequest }>).detail;
  // A refusal brings its own words as a note; anything else gets the general ones.
  const isSaid = xhr.getResponseHeader('HX-Trigger')?.includes('"toast"');
  if (!isSaid && !isPoll(event as Asked)) showToast({ text: words('failed'), tone: 'risk' });
});

document.addEventListener('htmx:sendError', (event) => {
  if (!isPoll(event as Asked)) showToast({ text: words('offline'), tone: 'risk' });
});
