/** A page's scripts and styles, its own and uPlot's with their licence, and the policy that allows only these. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Markup } from './markup.ts';

/** In this order: later ones refine earlier ones. */
const styleSheets = ['frame.css', 'verdict.css', 'tables.css', 'sections.css', 'media.css'];

/** In this order: each uses what the earlier ones declare. */
const curveScripts = ['curve-kinds.js', 'curve-marks.js', 'curves.js', 'charts.js'].map((name) => `browser/${name}`);

const own = (name: string) => readFileSync(new URL(name, import.meta.url), 'utf8');
const ofUplot = (name: string) => readFileSync(createRequire(import.meta.url).resolve(`uplot/${name}`), 'utf8');

const hashes = (texts: readonly string[]) =>
  texts.map((text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`).join(' ');

interface Assets {
  readonly scripts: readonly Markup[];
  readonly styles: readonly Markup[];
  /** For the `Content-Security-Policy`. */
  readonly policy: string;
}

/**
 * The assets of a page with curves: `script` runs after the curves' and the charts', `styles` refine the report's; a name in this
 * folder, or a URL. `connect` is what the page's script may connect to (`'self'`), by default nothing.
 */
export function assetsOf(script: string, styles: readonly string[] = [], connect = "'none'"): Assets {
  const licence = `/*\n${ofUplot('LICENSE').replaceAll('*/', '* /')}\n*/\n`;
  const uplot = licence + ofUplot('dist/uPlot.iife.min.js');
  const page = [...curveScripts, script].map(own).join('');
  const sheets = [licence + ofUplot('dist/uPlot.min.css'), [...styleSheets, ...styles].map(own).join('')];
  return {
    scripts: [new Markup(`<script>${uplot}</script>`), new Markup(`<script type="module">${page}</script>`)],
    styles: sheets.map((text) => new Markup(`<style>${text}</style>`)),
    // Only exactly these texts may run or style: anything that got past the escaping still could not.
    policy:
      `default-src 'none'; script-src ${hashes([uplot, page])}; style-src ${hashes(sheets)}; img-src data:;` +
      ` connect-src ${connect}; base-uri 'none'; form-action 'none'`,
  };
}

/** The assets of a page without curves: the report's styles, those that refine them, and no script. */
export function stillAssets(styles: readonly string[]): Assets {
  const sheet = [...styleSheets, ...styles].map(own).join('');
  return {
    scripts: [],
    styles: [new Markup(`<style>${sheet}</style>`)],
    policy: `default-src 'none'; style-src ${hashes([sheet])}; img-src data:; base-uri 'none'; form-action 'none'`,
  };
}
