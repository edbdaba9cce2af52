/** The page's scripts and styles, its own and uPlot's with their licence, and the policy that lets these alone act. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Markup } from './markup.ts';

/** In this order: what comes later refines what came before. */
const styleSheets = ['frame.css', 'verdict.css', 'tables.css', 'sections.css', 'media.css'];

const own = (name: string) => readFileSync(new URL(name, import.meta.url), 'utf8');
const ofUplot = (name: string) => readFileSync(createRequire(import.meta.url).resolve(`uplot/${name}`), 'utf8');

const hashes = (texts: readonly string[]) =>
  texts.map((text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`).join(' ');

/** Read once; the page's scripts and styles are the same for every run. */
export const assets = (() => {
  const licence = `/*\n${ofUplot('LICENSE').replaceAll('*/', '* /')}\n*/\n`;
  const uplot = licence + ofUplot('dist/uPlot.iife.min.js');
  const page = own('curves.js') + own('page.js');
  const styles = [licence + ofUplot('dist/uPlot.min.css'), styleSheets.map(own).join('')];
  return {
    scripts: [new Markup(`<script>${uplot}</script>`), new Markup(`<script type="module">${page}</script>`)],
    styles: styles.map((text) => new Markup(`<style>${text}</style>`)),
    // Only these very texts may run or style: text that got past the escaping still could not.
    policy:
      `default-src 'none'; script-src ${hashes([uplot, page])}; style-src ${hashes(styles)}; img-src data:;` +
      ` base-uri 'none'; form-action 'none'`,
  };
})();
