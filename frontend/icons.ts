// The icon sprite: Tabler's outline icons named in icons.json, as one SVG of symbols.
// Pages point into it (`<use href="…/icons-<hash>.svg#name">`), so an icon costs a few bytes and is cached once.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';

const listed = fileURLToPath(new URL('./icons.json', import.meta.url));
const drawn = (name: string) =>
  fileURLToPath(new URL(`./node_modules/@tabler/icons/icons/outline/${name}.svg`, import.meta.url));

function symbol(name: string): string {
  const svg = readFileSync(drawn(name), 'utf8');
  const inside = svg
    .replace(/<!--[\s\S]*?-->/g, '')
    .replace(/^[\s\S]*?<svg[\s\S]*?>/, '')
    .replace(/<\/svg>\s*$/, '')
    .replace(/\s+/g, ' ')
    .replace(/> </g, '><')
    .trim();
  return `<symbol id="${name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round">${inside}</symbol>`;
}

export function iconSprite(): Plugin {
  return {
    name: 'tenure-icon-sprite',
    buildStart() {
      this.addWatchFile(listed);
    },
    generateBundle() {
      const names = [...new Set(JSON.parse(readFileSync(listed, 'utf8')) as string[])].sort();
      const sprite = `<svg xmlns="http://www.w3.org/2000/svg">\n${names.map(symbol).join('\n')}\n</svg>\n`;
      const reference = this.emitFile({ type: 'asset', name: 'icons.svg', source: sprite });
      const file = this.getFileName(reference);
      this.emitFile({ type: 'asset', fileName: 'icons.json', source: `${JSON.stringify({ file, names }, null, 1)}\n` });
    },
  };
}
