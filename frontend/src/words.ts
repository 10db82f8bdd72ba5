// The few words the browser says by itself; the page carries them in its own language.
let all: Record<string, string> | undefined;

export function words(key: string): string {
  all ??= JSON.parse(document.getElementById('words')?.textContent ?? '{}') as Record<string, string>;
  return all[key] ?? key;
}

export const language = (): string => document.documentElement.lang || 'en';
