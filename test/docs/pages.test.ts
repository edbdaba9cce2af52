import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const pages = globSync('**/*.md', {
  cwd: root,
  exclude: (name) => ['node_modules', 'results'].includes(name),
}).toSorted();

const textOf = (page: string) => readFileSync(join(root, page), 'utf8');
/** Without quoted code, where links do not work. */
const prose = (text: string) => text.replaceAll(/^(`{3,})[\s\S]*?^\1 *$/gm, '').replaceAll(/`[^`\n]*`/g, '');

/** The anchors that GitHub gives to a page's headings. */
function anchorsOf(text: string): Set<string> {
  const anchors = new Set<string>();
  for (const [, heading = ''] of text.replaceAll(/^(`{3,})[\s\S]*?^\1 *$/gm, '').matchAll(/^#{1,6} +(.+?) *#*$/gm)) {
    const words = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
    const slug = words.replaceAll(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '').replaceAll(' ', '-');
    let anchor = slug;
    for (let again = 1; anchors.has(anchor); again++) anchor = `${slug}-${again}`;
    anchors.add(anchor);
  }
  return anchors;
}

/** Targets of `[text](target)` and `![text](target)`, and of `[name]: target`. */
const linksOf = (text: string): string[] =>
  [...text.matchAll(/\]\(\s*<?([^)>\s]+)>?(?:\s+"[^"]*")?\s*\)|^\[[^\]]+\]:\s+(\S+)/gm)].map(
    ([, inline, reference]) => inline ?? reference ?? '',
  );

function brokenLinks(page: string): string[] {
  return linksOf(prose(textOf(page))).filter((link) => {
    if (/^[a-z][a-z+.-]*:/i.test(link)) return false;
    const [path = '', anchor] = link.split('#');
    const file = path === '' ? page : relative(root, resolve(root, dirname(page), decodeURI(path)));
    if (file.startsWith('..') || !existsSync(join(root, file))) return true;
    return anchor !== undefined && !anchorsOf(textOf(file)).has(anchor);
  });
}

describe('the pages', () => {
  it('are found', () => {
    expect(pages.length).toBeGreaterThan(20);
    expect(pages.flatMap((page) => linksOf(prose(textOf(page)))).length).toBeGreaterThan(50);
  });

  it.each(pages)('%s: every relative link and anchor resolves', (page) => {
    expect(brokenLinks(page), 'name a file of this repository, and an anchor that one of its headings has').toEqual([]);
  });

  /** Decisions and results are dated: files they mention may have moved since. */
  const present = pages.filter((page) => !/^docs\/(decisions\/|RESULTS\.md)|CHANGELOG/.test(page));
  it.each(present)('%s: every path of this repository that it names is there', (page) => {
    const named = [
      ...textOf(page).matchAll(/`((?:harness|simulators|scenarios|dashboards|compose|test|docs)\/[\w./-]*)`/g),
    ];
    const missing = named.map(([, path = '']) => path).filter((path) => !existsSync(join(root, path)));
    expect(missing, 'say where it is now').toEqual([]);
  });

  it('say what every folder of the harness holds', () => {
    const folders = readdirSync(join(root, 'harness'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
    const text = textOf('docs/ARCHITECTURE.md');
    const untold = folders.map(({ name }) => `harness/${name}/`).filter((folder) => !text.includes(`\`${folder}\``));
    expect(untold, 'add a row to docs/ARCHITECTURE.md').toEqual([]);
  });

  it('explain each term once', () => {
    const terms = [...textOf('docs/GLOSSARY.md').matchAll(/^\| ([^|]+?) \|/gm)]
      .flatMap(([, cell = '']) => cell.split(', '))
      .filter((term) => term !== 'term' && !term.startsWith('---'));
    expect(terms.length).toBeGreaterThan(90);
    expect(
      terms.filter((term, place) => terms.indexOf(term) !== place),
      'two rows explain it; keep one',
    ).toEqual([]);
  });
});
