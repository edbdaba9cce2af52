/** The frame of every page: its head, policy, data and scripts. */
import type { assetsOf } from './assets.ts';
import { html, jsonForScript, Markup } from './markup.ts';

interface Page {
  readonly assets: ReturnType<typeof assetsOf>;
  readonly title: string;
  /** The icon's colour, six hexadecimal digits. */
  readonly ink: string;
  /** What the scripts draw: an array with one element per target. */
  readonly data: unknown;
  readonly body: Markup;
}

/** A whole document that uses no network beyond what its policy allows. */
export function pageText({ assets, title, ink, data, body }: Page): string {
  const icon = `data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 8 8'%3E%3Ccircle cx='4' cy='4' r='4' fill='%23${ink}'/%3E%3C/svg%3E`;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${new Markup(assets.policy)}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title}</title>
        <link rel="icon" href="${new Markup(icon)}" />
        ${assets.styles}
      </head>
      <body>
        ${body}
        <footer>
          <p>
            Toofan: rehearse the sale before the
            sale.${assets.scripts.length > 0 ? ' Curves by uPlot (MIT licence, included in this file).' : ''}
          </p>
        </footer>
        <script type="application/json" id="data">
          ${jsonForScript(data)}
        </script>
        ${assets.scripts}
      </body>
    </html> `.text;
}
