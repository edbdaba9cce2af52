import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '..');

/**
 * The stages of a drill, in the order of the data flow. A file may import from its own stage and from earlier ones. Stages before
 * `scenario` may be used by all; stages after `report` may use all.
 */
const stages = [
  'statistics',
  'domains',
  'scenario',
  'session',
  'stack',
  'target',
  'load',
  'faults',
  'observe',
  'history',
  'explain',
  'judge',
  'capacity',
  'report',
  'live',
  'drill',
  'gate',
  'commands',
  'cli',
  'vitest',
];

/**
 * Intended imports against the flow: writers and readers of the history know its tables, and a fault observes whether it struck.
 */
const allowed = new Set([
  'domains -> history',
  'scenario -> history',
  'load -> history',
  'observe -> history',
  'faults -> observe',
]);

interface Import {
  readonly file: string;
  readonly line: number;
  readonly to: string;
  readonly typeOnly: boolean;
}

const filesIn = (folder: string, ending: RegExp): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => ending.test(path))
    .map((path) => join(folder, path));
const sources = (folder: string) => filesIn(folder, /\.ts$/);

const isTest = (file: string) => file.endsWith('.test.ts') || file.includes('/fixtures/');

function importsOf(file: string): Import[] {
  const text = readFileSync(join(root, file), 'utf8');
  const statements = text.matchAll(/^(?:import|export)\b([^'"\n;]*(?:\{[^}]*\})?[^'"\n;]*)from\s+'([^']+)'/gm);
  return [...statements].map((match) => {
    const specifier = match[2] ?? '';
    const to = specifier.startsWith('.') ? relative(root, resolve(root, dirname(file), specifier)) : specifier;
    return {
      file,
      line: text.slice(0, match.index).split('\n').length,
      to,
      typeOnly: (match[1] ?? '').trimStart().startsWith('type '),
    };
  });
}

const at = ({ file, line, to }: Import) => `${file}:${line} imports ${to}`;
const stageOf = (path: string) => /^harness\/([a-z]+)\//.exec(path)?.[1];
const production = sources('harness').filter((file) => !isTest(file));
const imports = production.flatMap(importsOf);

const wordsOf = (name: string) => name.split(/[-_/]|(?=[A-Z])/).map((word) => word.toLowerCase());
const isAlike = (a: string, b: string) => a.slice(0, 4) === b.slice(0, 4);
const camelCase = (name: string) => name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());

/** Where the domains' names are wired to code that knows none of them. */
const wiring = new Set(['harness/catalogue.ts']);

describe('the house', () => {
  it('finds the imports it is to judge', () => {
    expect(imports.length).toBeGreaterThan(100);
  });

  it('lets data flow down the stages, never up', () => {
    const against = imports.filter(({ file, to }) => {
      const [from, into] = [stageOf(file), stageOf(to)];
      if (from === undefined || into === undefined || from === into) return false;
      return stages.indexOf(into) > stages.indexOf(from) && !allowed.has(`${from} -> ${into}`);
    });
    expect(
      against.map(at),
      `a stage may import only earlier ones (${stages.join(' → ')}); move what both need to the earlier of them`,
    ).toEqual([]);
  });

  it('has no folder in harness/ that is no stage', () => {
    const folders = new Set(production.flatMap((file) => stageOf(file) ?? []));
    expect(
      [...folders].filter((folder) => !stages.includes(folder)),
      'add it to the stages at its place in the stream, and to the docs',
    ).toEqual([]);
  });

  it('lets the judge see nothing but an open history', () => {
    const permitted =
      /^(harness\/(judge|explain|history|domains|scenario|errors|exit-code)\b|@duckdb\/node-api$|zod$|node:(path|fs|fs\/promises|os|perf_hooks)$)/;
    const seen = imports.filter(({ file, to }) => file.startsWith('harness/judge/') && !permitted.test(to));
    expect(seen.map(at), 'a judge that asks anything but the history cannot give the same verdict tomorrow').toEqual(
      [],
    );
  });

  it('keeps curve, schedule, world and invariants pure: no clock, network or file', () => {
    const pure = production.filter(
      (file) =>
        /^harness\/load\/(load-curve|segment|arrival-schedule)\.ts$/.test(file) || file.startsWith('harness/domains/'),
    );
    expect(pure.length).toBeGreaterThan(8);
    const impure = pure.flatMap((file) => {
      const text = readFileSync(join(root, file), 'utf8');
      const found = text.match(
        /'node:[^']+'|\bDate\.now\(|\bnew Date\(\)|\bperformance\.now\(|\bMath\.random\(|\bfetch\(/g,
      );
      return found === null ? [] : [`${file}: ${found.join(', ')}`];
    });
    expect(impure, 'take time and bytes as parameters').toEqual([]);
  });

  it('keeps the systems under test apart: harness/ imports none, they import only contracts', () => {
    const upward = imports.filter(
      ({ file, to }) => /^(simulators|scenarios|dashboards)\//.test(to) && !wiring.has(file),
    );
    expect(upward.map(at), 'only the catalogue knows names').toEqual([]);
    const apart = ['simulators', 'scenarios']
      .flatMap(sources)
      .filter((file) => !isTest(file))
      .flatMap(importsOf);
    const inward = apart.filter(({ to }) => to.startsWith('harness/'));
    expect(inward.map(at), "import it from 'toofan', as everybody else's scenarios and targets do").toEqual([]);
    const judging = apart.filter(({ file, to }) => file.startsWith('simulators/') && to.startsWith('toofan/'));
    expect(judging.map(at), 'a pipeline under test knows nothing of the harness but the contract').toEqual([]);
    const round = imports.filter(({ to }) => to === 'toofan' || to.startsWith('toofan/'));
    expect(round.map(at), 'within harness/ import the file itself: the names are for those outside').toEqual([]);
  });

  it('keeps files short enough to say one thing', () => {
    const long = ['harness', 'simulators', 'scenarios', 'dashboards']
      .flatMap((folder) => filesIn(folder, /\.(?:ts|js|java)$/))
      .filter((file) => !isTest(file))
      .map((file) => ({ file, lines: readFileSync(join(root, file), 'utf8').trimEnd().split('\n').length }))
      .filter(({ lines }) => lines > 250);
    expect(long, 'split it by what it says').toEqual([]);
  });

  it('names a file by the one thing that it exports', () => {
    const misnamed = production.flatMap((file) => {
      const text = readFileSync(join(root, file), 'utf8');
      const exported = [...text.matchAll(/^export (?:async )?(function|const|class|interface|type) (\w+)/gm)];
      const values = exported.filter(([, kind = '']) => !['interface', 'type'].includes(kind));
      if (exported.length === 0 || values.length > 1 || basename(file) === 'index.ts') return [];
      const path = wordsOf(join(basename(dirname(file)), basename(file, '.ts')));
      const names = exported.map(([, , name = '']) => name);
      const isNamed = names.flatMap(wordsOf).some((word) => path.some((one) => isAlike(one, word)));
      return isNamed ? [] : [`${file} exports ${names.join(', ')}`];
    });
    expect(misnamed, 'give the file the name of its export').toEqual([]);
  });

  it('speaks the words of a domain in its folder alone', () => {
    const words =
      /\b(?:oversell|undersell|sold_out|restock|cancelled_first|UPI|Aadhaar|wallet(?!\/)|mule|KYC|flashDeals)\b/;
    const outside = production.filter((file) => !file.startsWith('harness/domains/') && !wiring.has(file));
    const spoken = outside.flatMap((file) => {
      const code = readFileSync(join(root, file), 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, '');
      const word = words.exec(code)?.[0];
      return word === undefined ? [] : [`${file}: ${word}`];
    });
    expect(spoken, "what only one domain knows is the domain's: hand it in as a member of Domain").toEqual([]);
  });

  it('has a test beside, or in test/, for every fault, objective and invariant', () => {
    const tests = ['harness', 'test']
      .flatMap(sources)
      .filter((file) => file.endsWith('.ts') && (isTest(file) || file.startsWith('test/')));
    const said = tests.map((file) => readFileSync(join(root, file), 'utf8')).join('\n');
    const untested = production
      .filter((file) => /^harness\/(?:domains\/\w+\/invariants|judge\/objectives)\/[\w-]+\.ts$/.test(file))
      .flatMap((file) => /^\s+(?:name|type): '([\w-]+)'/m.exec(readFileSync(join(root, file), 'utf8'))?.[1] ?? [])
      .filter((name) => !said.includes(name) && !said.includes(camelCase(name)));
    expect(untested, 'show that it convicts and acquits: a history each, in test/judge/').toEqual([]);
  });

  it('speaks of itself alone', () => {
    const texts = ['harness', 'simulators', 'scenarios', 'dashboards', 'test'].flatMap(sources);
    const machine = /\/(?:work|root|home)\/\w/;
    const spoken = texts.filter((file) => machine.test(readFileSync(join(root, file), 'utf8')));
    expect(spoken, 'a path of one machine has no place here').toEqual([]);
  });

  it('makes no path of a URL by its pathname, which is another where it holds a blank or a letter beyond ASCII', () => {
    const texts = ['harness', 'simulators', 'scenarios', 'dashboards', 'test', 'bench'].flatMap(sources);
    const made = texts.filter((file) =>
      /import\.meta\.url\)\s*\.(?:pathname|href\.replace)/.test(readFileSync(join(root, file), 'utf8')),
    );
    const taken = texts.filter((file) => /\bfile\.pathname\b/.test(readFileSync(join(root, file), 'utf8')));
    expect([...made, ...taken], 'fileURLToPath takes it back').toEqual([]);
  });

  it('skips no test silently and leaves none exclusive', () => {
    const marked = ['harness', 'simulators', 'scenarios', 'dashboards', 'test']
      .flatMap(sources)
      .filter(isTest)
      .filter((file) => /\b(?:it|test|describe)\.(?:only|todo|skip)\b/.test(readFileSync(join(root, file), 'utf8')));
    expect(marked, 'use skipIf with a reason, so that the count of skipped says it').toEqual([]);
  });
});
