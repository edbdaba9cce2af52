import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { badInput, UserError } from '../errors.ts';
import { ExitCode } from '../exit-code.ts';
import { schemaProblems } from '../schema-problems.ts';
import type { Session } from '../session/session.ts';
import type { Side } from './base-side.ts';
import { type SideRun, sideRunShape } from './side-run.ts';

/** Less than the gate itself has for its end. A drill that takes longer to heal and clean up is killed, and its janitor does the rest. */
const endsWithinMs = 75_000;
const keptOfStderr = 4_000;
const verdictCodes: ReadonlySet<number | null> = new Set([
  ExitCode.pass,
  ExitCode.objectiveMissed,
  ExitCode.invariantBroken,
  ExitCode.inconclusive,
]);

/** What each drill of a gate is given, both sides alike. */
export interface SideDrill {
  readonly scenario: string;
  readonly target: string;
  readonly seed: number;
  readonly stack: string;
  readonly loadScale?: number | undefined;
  readonly set: readonly string[];
}

/**
 * One drill of one side: a process of that side's own `toofan run`, its results in `out`. The history of one that broke nothing is not
 * kept. Rejects with the child's own exit code and last words where it has no verdict.
 */
export async function drillSide(
  side: Side,
  drill: SideDrill,
  out: string,
  session: Session,
  signal: AbortSignal,
): Promise<SideRun> {
  const child = session.spawn(process.execPath, [await toofanOf(side.folder), ...argumentsOf(drill, out)], {
    cwd: side.folder,
    // Its own session's folder lies beside ours: a Postgres that root starts must come through.
    env: { ...process.env, TMPDIR: tmpdir() },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-keptOfStderr)));
  let patience: NodeJS.Timeout | undefined;
  const onAbort = () => {
    child.kill('SIGINT');
    patience = setTimeout(() => child.kill('SIGKILL'), endsWithinMs);
  };
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  try {
    const [code, killed] = (await once(child, 'close')) as [number | null, string | null];
    signal.throwIfAborted();
    if (!verdictCodes.has(code)) throw failed(side, code, killed, said);
  } finally {
    clearTimeout(patience);
    signal.removeEventListener('abort', onAbort);
  }
  const run = await runIn(join(out, 'run.json'), side);
  if (run.verdict !== 'fail') await rm(join(out, 'history'), { recursive: true, force: true });
  return run;
}

function argumentsOf({ scenario, target, seed, stack, loadScale, set }: SideDrill, out: string): string[] {
  const always = [
    'run',
    scenario,
    '--target',
    target,
    '--seed',
    String(seed),
    '--stack',
    stack,
    '--quiet',
    '--out',
    out,
  ];
  const scale = loadScale === undefined ? [] : ['--load-scale', String(loadScale)];
  return [...always, ...scale, ...set.flatMap((one) => ['--set', one])];
}

/** The Toofan that a folder would run: itself, the one it has installed, or else this one. */
async function toofanOf(folder: string): Promise<string> {
  const own = join(folder, 'harness', 'toofan.js');
  if ((await nameIn(folder)) === 'toofan' && existsSync(own)) return own;
  for (let at = folder; ; at = dirname(at)) {
    const installed = join(at, 'node_modules', 'toofan');
    const bin = await binIn(installed);
    if (bin !== undefined) return join(installed, bin);
    if (dirname(at) === at) return fileURLToPath(new URL('../toofan.js', import.meta.url));
  }
}

async function manifestIn(folder: string): Promise<{ readonly name?: unknown; readonly bin?: unknown } | null> {
  const text = await readFile(join(folder, 'package.json'), 'utf8').catch(() => 'null');
  try {
    return JSON.parse(text) as { readonly name?: unknown } | null;
  } catch {
    throw badInput(`${join(folder, 'package.json')}: not JSON`);
  }
}

const nameIn = async (folder: string): Promise<unknown> => (await manifestIn(folder))?.name;

async function binIn(folder: string): Promise<string | undefined> {
  const bin = (await manifestIn(folder))?.bin;
  const path: unknown = typeof bin === 'object' && bin !== null && 'toofan' in bin ? bin.toofan : bin;
  return typeof path === 'string' ? path : undefined;
}

const exitCodes: ReadonlySet<number | null> = new Set(Object.values(ExitCode));

function failed({ name }: Side, code: number | null, killed: string | null, said: string): UserError {
  const known = exitCodes.has(code) && code !== ExitCode.interrupted;
  const words = said
    .trim()
    .split('\n')
    .findLast((line) => line.trim() !== '');
  const how = killed === null ? `exit ${code}` : killed;
  return new UserError(
    known ? (code as ExitCode) : ExitCode.unavailable,
    `the drill of ${name} has no verdict (${how}): ${(words ?? 'it said nothing').replace(/^toofan: /, '')}`,
  );
}

async function runIn(path: string, { name }: Side): Promise<SideRun> {
  const text = await readFile(path, 'utf8').catch(() => '');
  try {
    const run: unknown = JSON.parse(text);
    const problems = schemaProblems(sideRunShape, run);
    if (problems.length === 0) return sideRunShape.parse(run) as SideRun;
    throw badInput(`the drill of ${name} wrote a run.json that this Toofan cannot read: ${problems[0]}`);
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw badInput(`the drill of ${name} wrote no run.json that can be read`);
  }
}
