import { once } from 'node:events';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { emptyFolder, remains, remainsAfter, toofan } from '../toofan.ts';

const refused: readonly { name: string; args: string[]; code: number; says: RegExp }[] = [
  { name: 'an unknown scenario', args: ['run', 'big-bilion-day'], code: 64, says: /Did you mean 'big-billion-day'\?/ },
  {
    name: 'an unknown target',
    args: ['run', 'smoke', '--target', 'inventory/streamin'],
    code: 64,
    says: /Did you mean 'inventory\/streaming'\?/,
  },
  { name: 'an unknown option', args: ['run', 'smoke', '--sed', '1'], code: 64, says: /unknown option '--sed'/ },
  { name: 'an unknown command', args: ['rum'], code: 64, says: /unknown command 'rum'/ },
  { name: 'a stack that does not exist', args: ['run', 'smoke', '--stack', 'moon'], code: 64, says: /Allowed choices/ },
  { name: 'a seed that is no number', args: ['run', 'smoke', '--seed', 'x'], code: 64, says: /whole number/ },
  { name: 'a port that is none', args: ['run', 'smoke', '--metrics', '0'], code: 64, says: /from 1 to 65535/ },
  { name: 'a scale of nothing', args: ['run', 'smoke', '--load-scale', '0'], code: 64, says: /above 0/ },
  {
    name: 'a live page where the scenario should be',
    args: ['run', '--live', 'smoke'],
    code: 64,
    says: /port from 0 to 65535; put the scenario before --live/,
  },
  {
    name: 'a live page that nobody would find',
    args: ['run', 'smoke', '--quiet', '--live'],
    code: 64,
    says: /give a port, such as --live 8080/,
  },
  { name: 'a port that cannot be', args: ['run', 'smoke', '--live', '65536'], code: 64, says: /port from 0 to 65535/ },
  {
    name: 'a path that leads nowhere',
    args: ['run', 'smoke', '--set', 'wrold.products=5'],
    code: 64,
    says: /'wrold'.*'world'/,
  },
  {
    name: 'a rate and a duration that cannot be, both at once',
    args: ['run', 'smoke', '--set', 'load[1].perSecond=-5', '--set', 'load[2].hold=soon'],
    code: 65,
    says: /load\[1\]\.perSecond[\s\S]*load\[2\]\.hold/,
  },
  {
    name: 'members that no scenario has, near to some and to none',
    args: ['run', 'smoke', '--set', 'timescale=1', '--set', 'load[2].too=9', '--set', 'seed=77'],
    code: 65,
    says: /load\[2\]\.too: unknown member\. Did you mean 'to'\?[\s\S]*timescale.*'timeScale'[\s\S]*seed: unknown member/,
  },
  {
    name: 'values that are of another kind, all at once',
    args: [
      'run',
      'smoke',
      ...['load[0]=5', 'mix=null', 'faults=[null]', 'objectives=0'].flatMap((one) => ['--set', one]),
    ],
    code: 65,
    says: /load\[0\]: must be an object: 5[\s\S]*mix: must be an object: null[\s\S]*faults\[0\][\s\S]*objectives: must be a list: 0/,
  },
  {
    name: 'a mutant that there is not',
    args: ['mutants', '--only', 'nope'],
    code: 64,
    says: /--only: unknown mutant: 'nope'\. Known: /,
  },
  {
    name: 'a mutant of another domain',
    args: ['mutants', '--domain', 'kyc', '--only', 'skips-pan'],
    code: 64,
    says: /--only: unknown mutant of kyc: 'skips-pan'/,
  },
  {
    name: 'mutants of a domain that there is not',
    args: ['mutants', '--domain', 'inventroy'],
    code: 64,
    says: /--domain: unknown domain 'inventroy'\. Did you mean 'inventory'\?/,
  },
  {
    name: 'a soak of no target',
    args: ['soak', '--target', 'nope'],
    code: 64,
    says: /unknown target 'nope'/,
  },
  {
    name: 'a fault that there is not',
    args: ['soak', '--faults', 'redis-flsh'],
    code: 64,
    says: /--faults: unknown fault 'redis-flsh'\. Did you mean 'redis-flush'\?/,
  },
  {
    name: 'a soak in which no drill fits',
    args: ['soak', '--minutes', '0.01', '--quiet'],
    code: 12,
    says: /--minutes 0\.01: no drill finished in that time, so nothing was judged; one takes about \d+ s/,
  },
  {
    name: 'a capacity within no rates',
    args: ['capacity', 'smoke', '--from', '4000', '--to', '400'],
    code: 64,
    says: /--to 400: must be above --from 4000/,
  },
  {
    name: 'a budget too short to say anything of a capacity',
    args: ['capacity', 'smoke', '--budget', '20s'],
    code: 64,
    says: /--budget 20 s: too short to say anything; one hold takes about 60 s/,
  },
  {
    name: 'a rate at which one hold would take hours',
    args: ['capacity', 'smoke', '--from', '1'],
    code: 64,
    says: /--from 1: one hold would take 166 min 40 s/,
  },
  {
    name: 'a capacity of HTTP shoppers',
    args: ['capacity', 'storefront-smoke'],
    code: 64,
    says: /storefront-smoke: has visits over HTTP/,
  },
  {
    name: 'a capacity under a fault that is over at once',
    args: ['capacity', 'smoke', '--under', 'redelivery', '--stack', 'local'],
    code: 64,
    says: /--under: redelivery is over at once/,
  },
  {
    name: 'a search to resume that is not there',
    args: ['capacity', '--resume', 'nowhere'],
    code: 64,
    says: /--resume nowhere: there is no capacity\.json/,
  },
  {
    name: 'a search that is resumed as another',
    args: ['capacity', 'smoke', '--resume', 'nowhere', '--from', '10'],
    code: 64,
    says: /--resume: a search goes on as it was begun; leave out the scenario, --from/,
  },
  {
    name: 'an objective on a phase that does not exist',
    args: ['run', 'smoke', '--set', 'objectives[0].during=serge'],
    code: 65,
    says: /objectives\[0\]\.during: unknown phase 'serge'\. Did you mean 'surge'\?/,
  },
  {
    name: 'an external stack without addresses',
    args: ['run', 'smoke', '--stack', 'external'],
    code: 64,
    says: /toofan\.config\.ts/,
  },
  {
    name: 'stores to be emptied on a stack that has none of its own',
    args: ['run', 'smoke', '--stack', 'local', '--empty-these-stores', 'shop'],
    code: 64,
    says: /--empty-these-stores needs --stack external/,
  },
  {
    name: "a fault that cannot strike a target, with the soak of that target's domain",
    args: ['soak', '--target', 'wallet/legacy-batch', '--faults', 'redis-flush', '--stack', 'local'],
    code: 64,
    says: /none of redis-flush can strike wallet\/legacy-batch here/,
  },
  { name: 'a folder that is not there to judge', args: ['judge', 'nowhere'], code: 64, says: /no such folder/ },
];

it('a port that is in use is refused before anything is made', async () => {
  await using folder = await emptyFolder();
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const finished = await toofan(['run', 'smoke', '--live', `${port}`], folder.path);
  server.close();
  expect(finished.stderr).toBe(
    `toofan: --live ${port}: the port is in use; choose another port, or leave it out to use any free one\n`,
  );
  expect(finished.code).toBe(64);
  expect(await readdir(folder.path)).toEqual([]);
});

it.each([
  ['allowedHosts: 5', 'allowedHosts: must be a list: 5'],
  [`external: { kafka: { brokers: ['localhost'] }, postgres: {} }`, 'external.kafka.brokers[0]: must be host:port'],
])('a config with %s is refused before anything is made', async (member, says) => {
  await using folder = await emptyFolder();
  await writeFile(join(folder.path, 'toofan.config.ts'), `export default { ${member} };`);
  const { code, stdout, stderr } = await toofan(['run', 'smoke', '--stack', 'external', '--quiet'], folder.path);
  expect(stderr.startsWith(`toofan: toofan.config.ts: ${says}`)).toBe(true);
  expect(stdout).toBe('');
  expect(code).toBe(65);
  expect(await readdir(folder.path)).toEqual(['toofan.config.ts']);
});

describe('bad input is refused with one clear line, the right code, and nothing left', () => {
  it.each(refused)('$name', async ({ args, code, says }) => {
    await using folder = await emptyFolder();
    const before = await remains();
    const finished = await toofan(args, folder.path);
    expect(finished.stderr).toMatch(says);
    expect(finished.stderr).not.toMatch(/\n\s+at /);
    expect(finished.code).toBe(code);
    expect(await remainsAfter(before, 5_000)).toEqual([]);
  });

  it('a results folder that holds something already is not overwritten', async () => {
    await using folder = await emptyFolder();
    await mkdir(join(folder.path, 'mine'));
    await writeFile(join(folder.path, 'mine', 'notes.txt'), 'precious');
    const finished = await toofan(['run', 'smoke', '--out', 'mine'], folder.path);
    expect(finished.stderr).toMatch(/--out mine: already exists and is not empty/);
    expect(finished.code).toBe(64);
  });

  it('a results folder that cannot be made', async () => {
    await using folder = await emptyFolder();
    await writeFile(join(folder.path, 'file'), '');
    const finished = await toofan(['run', 'smoke', '--out', 'file/below'], folder.path);
    expect(finished.stderr).toMatch(/cannot be made/);
    expect(finished.code).toBe(64);
  });

  it.skipIf(process.platform !== 'linux').each(['/proc/x', '/proc/x/y'])('a results folder %s', async (out) => {
    await using folder = await emptyFolder();
    const finished = await toofan(['run', 'smoke', '--out', out], folder.path);
    expect(finished.stderr).toMatch(/--out \/proc\/x.*cannot be made/);
    expect(finished.code).toBe(64);
  });

  it('a folder that is no history, and one whose record is cut short', async () => {
    await using folder = await emptyFolder();
    const foreign = await toofan(['judge', '.'], folder.path);
    expect(foreign.code).toBe(65);
    await mkdir(join(folder.path, 'history'));
    await writeFile(join(folder.path, 'history', 'drill.json'), '{"schema": 1, "run"');
    const truncated = await toofan(['judge', '.'], folder.path);
    expect(truncated.stderr).toMatch(/drill\.json/);
    expect(truncated.code).toBe(65);
  });

  it('a config file that does not load', async () => {
    await using folder = await emptyFolder();
    await writeFile(join(folder.path, 'toofan.config.ts'), 'export const nothing = 1;');
    const finished = await toofan(['list'], folder.path);
    expect(finished.stderr).toMatch(/toofan\.config\.ts: no default export/);
    expect(finished.code).toBe(65);
  });
});
