import { execFile } from 'node:child_process';
import { existsSync, globSync, readdirSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, delimiter, dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { scenarios } from '../../scenarios/index.ts';
import { targets } from '../../simulators/index.ts';
import { codeBlocks, type CodeBlock, type ShellCommand, shellCommands } from './code-blocks.ts';

/**
 * The guides are true: every `bash` block is run, every block that names a file is written first, TypeScript is checked,
 * workflows are parsed and their own steps run. `sh` blocks need other programs or more time; pages.test.ts checks their names.
 */
const root = resolve(import.meta.dirname, '../..');
const guideFile = (name: string) => join(root, 'docs/guides', `${name}.md`);

/** In reading order: later guides use what earlier ones leave in the folder. */
const inOneFolder = [
  'first-drill',
  'read-a-report',
  'explain',
  'compare',
  'trend',
  'faq',
  'in-ci',
  'write-a-scenario',
  'faults',
  'write-a-target',
];
/** Guides about a clone are tested in this one. */
const inTheClone = ['write-an-invariant-or-a-domain'];
/** Guides that need a browser, an engine or a quarter of an hour, or that test/package/ covers. */
const toRead = ['README', 'capacity', 'gate', 'three-businesses', 'vitest', 'watch-a-drill'];

interface Ran {
  readonly code: number;
  readonly said: string;
}

function run(line: string, folder: string, env: Record<string, string> = {}): Promise<Ran> {
  const path = [join(root, 'node_modules/.bin'), process.env['PATH'] ?? ''].join(delimiter);
  const environment = {
    ...process.env,
    PATH: path,
    NO_COLOR: '1',
    // Whatever engine exists: these drills use the local stack.
    DOCKER_HOST: 'unix:///nowhere/docker.sock',
    ...env,
  };
  return new Promise((done) => {
    execFile('bash', ['-c', line], { cwd: folder, env: environment, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      done({ code: error === null ? 0 : Number(error.code ?? 1), said: stdout + stderr });
    });
  });
}

/** On a busy machine a drill may be inconclusive, but nothing worse. */
const allowed = ({ line, exit }: ShellCommand): number[] =>
  exit === 0 && /\btoofan (run|soak)\b/.test(line) ? [0, 12] : [exit];

/** Files in a guide that are not files of this repository. */
const ownFiles = (blocks: readonly CodeBlock[]) =>
  blocks.flatMap(({ file, text }) => (file !== undefined && !existsSync(join(root, file)) ? [{ file, text }] : []));

const recipe = (file: string) => codeBlocks(guideFile('in-ci')).find((block) => block.file === file)?.text ?? '';

/** Without installing: this project already has it. */
const own = (line: string) => !/^(npm ci|apt-get )/.test(line);

async function expectToRun(command: ShellCommand, folder: string, env: Record<string, string> = {}): Promise<void> {
  const { code, said } = await run(command.line, folder, env);
  expect(allowed(command), `${command.line}\n${said}`).toContain(code);
}

it('knows every guide', () => {
  const there = readdirSync(join(root, 'docs/guides')).map((name) => name.replace(/\.md$/, ''));
  expect([...inOneFolder, ...inTheClone, ...toRead].toSorted()).toEqual(there.toSorted());
  expect(toRead.flatMap((name) => codeBlocks(guideFile(name))).filter(({ language }) => language === 'bash')).toEqual(
    [],
  );
});

describe('a project that has the package', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'toofan-guides-'));
    const packages = join(folder, 'node_modules');
    await mkdir(join(packages, '.bin'), { recursive: true });
    for (const name of await readdir(join(root, 'node_modules')))
      if (!name.startsWith('.')) await symlink(join(root, 'node_modules', name), join(packages, name));
    await symlink(root, join(packages, 'toofan'));
    const { bin } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { bin: { toofan: string } };
    const program = `#!/bin/sh\nexec node '${join(root, bin.toofan)}' "$@"\n`;
    await writeFile(join(packages, '.bin/toofan'), program, { mode: 0o755 });
    await writeFile(join(folder, 'package.json'), '{ "type": "module", "private": true }');
    const tsconfig = codeBlocks(guideFile('README')).find(({ file }) => file === 'tsconfig.json');
    await writeFile(join(folder, 'tsconfig.json'), tsconfig?.text ?? '');
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  describe.each(inOneFolder)('%s', (name) => {
    const blocks = codeBlocks(guideFile(name));
    const files = ownFiles(blocks);

    beforeAll(async () => {
      for (const { file, text } of files) {
        await mkdir(dirname(join(folder, file)), { recursive: true });
        await writeFile(join(folder, file), text);
      }
    });

    it('names the file of every program', () => {
      const programs = blocks.filter(({ language }) => ['ts', 'js', 'sql', 'yaml'].includes(language));
      expect(programs.filter(({ file }) => file === undefined)).toEqual([]);
    });

    it.each(files.some(({ file }) => file.endsWith('.ts')) ? ['TypeScript'] : [])('%s compiles', async () => {
      expect(await run('tsc --noEmit', folder)).toEqual({ code: 0, said: '' });
    });

    const commands = blocks.filter(({ language }) => language === 'bash').flatMap(({ text }) => shellCommands(text));
    it.each(commands)('$line', (command) => expectToRun(command, folder));
  });

  describe('in-ci', () => {
    const github = parse(recipe('.github/workflows/drill.yml')) as GitHubWorkflow;
    const gitlab = parse(recipe('.gitlab-ci.yml')) as GitLabPipeline;
    const steps = Object.values(github.jobs).flatMap((job) => job.steps);
    const jobs = Object.values(gitlab);
    it('GitHub: steps run something, and hand over what the drill left', () => {
      expect(github.on).toContain('pull_request');
      for (const { uses, run: line } of steps) expect(uses ?? line).toMatch(/^[\w-]+\/[\w-]+@v\d+$|^(npm|npx|cat) /);
      expect(steps.map((step) => step.with?.['report_paths'] ?? step.with?.['path'] ?? '')).toEqual(
        expect.arrayContaining(['results/ci/junit.xml', 'results/ci']),
      );
    });

    it('GitLab: keeps the results whatever the verdict, and shows them as tests', () => {
      expect(jobs.map(({ artifacts }) => artifacts)).toEqual([
        expect.objectContaining({ when: 'always', reports: { junit: 'results/ci/junit.xml' } }),
      ]);
    });

    it('GitHub: its steps leave a summary and the files that it hands over', async () => {
      const summary = join(folder, 'step-summary.md');
      for (const line of steps.flatMap((step) => step.run ?? []).filter(own))
        await expectToRun({ line, exit: 0 }, folder, { GITHUB_STEP_SUMMARY: summary });
      expect(await readFile(summary, 'utf8')).toContain('smoke');
      expect(existsSync(join(folder, 'results/ci/junit.xml'))).toBe(true);
    });

    it('GitLab: its script leaves the files that it hands over', async () => {
      await rm(join(folder, 'results/ci'), { recursive: true });
      for (const line of jobs.flatMap((job) => job.script).filter(own)) await expectToRun({ line, exit: 0 }, folder);
      for (const path of jobs.flatMap(({ artifacts }) => [artifacts.reports.junit, ...artifacts.paths]))
        expect(await readdir(dirname(join(folder, path)))).toContain(basename(path));
    });
  });
});

interface GitHubWorkflow {
  readonly on: readonly string[];
  readonly jobs: Record<
    string,
    { readonly steps: readonly { uses?: string; run?: string; with?: Record<string, unknown> }[] }
  >;
}
type GitLabPipeline = Record<
  string,
  {
    readonly script: string[];
    readonly artifacts: { readonly paths: string[]; readonly reports: { readonly junit: string } };
  }
>;

describe.each(inTheClone)('%s', (name) => {
  const blocks = codeBlocks(guideFile(name));

  it('quotes this repository as it is', async () => {
    const quoted = blocks.filter(({ file }) => file !== undefined);
    expect(quoted.length).toBeGreaterThan(0);
    for (const { file = '', text } of quoted)
      expect(await readFile(join(root, file), 'utf8')).toContain(text.slice(text.indexOf('\n') + 1).trim());
  });

  const commands = blocks.filter(({ language }) => language === 'bash').flatMap(({ text }) => shellCommands(text));
  it.each(commands)('$line', (command) => expectToRun(command, root));
});

describe('every command that a page shows', () => {
  const pages = ['README.md', ...globSync('docs/**/*.md', { cwd: root })].filter(
    (page) => !/^docs\/(decisions\/|RESULTS\.md)/.test(page),
  );
  const shown = pages.flatMap((page) =>
    codeBlocks(join(root, page))
      .filter(({ language }) => ['bash', 'sh', 'console'].includes(language))
      .flatMap(({ language, text }) =>
        shellCommands(language === 'console' ? text.replaceAll(/^(?!\$ ).*$/gm, '').replaceAll('$ ', '') : text),
      )
      .flatMap(({ line }) => /\btoofan +([a-z]+)\b(.*)/.exec(line)?.slice(1, 3) ?? [])
      .flatMap((part, index, parts) =>
        index % 2 === 0 ? [{ page, command: part, rest: parts[index + 1] ?? '' }] : [],
      ),
  );
  const ours = [...scenarios, ...targets].map((one) => one.name);
  const written = pages.flatMap((page) =>
    codeBlocks(join(root, page)).flatMap(({ text }) =>
      [...text.matchAll(/\bname: '([\w-]+)'/g)].map(([, name = '']) => name),
    ),
  );

  it('is one that toofan has, with its options', async () => {
    expect(shown.length).toBeGreaterThan(20);
    for (const command of new Set(shown.map((one) => one.command))) {
      const { said } = await run(`node ${join(root, 'harness/cli.ts')} ${command} --help`, root);
      const options = shown
        .filter((one) => one.command === command)
        .flatMap(({ rest }) => rest.match(/--[a-z-]+/g) ?? []);
      expect(
        options.filter((option) => !said.includes(option)),
        `toofan ${command}: ${said}`,
      ).toEqual([]);
    }
  });

  it('names scenarios and targets that are there', () => {
    const named = shown.flatMap(({ command, rest }) => [
      ...(command === 'run' ? [/^ +([a-z][\w-]*)/.exec(rest)?.[1] ?? 'smoke'] : []),
      ...[...rest.matchAll(/--target ([\w/-]+)/g)].map(([, target = '']) => target),
    ]);
    expect(named.length).toBeGreaterThan(20);
    expect(named.filter((name) => ![...ours, ...written].includes(name))).toEqual([]);
  });
});
