import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { capacityOf, type CapacityOf } from '../capacity/capacity-of.ts';
import { type CapacityHold, type CapacityJson, capacityShape } from '../capacity/capacity-shape.ts';
import { nextHold } from '../capacity/search.ts';
import { badInput, usageError } from '../errors.ts';
import type { ExitCode } from '../exit-code.ts';
import { requireFile } from '../history/parquet-files.ts';
import { placeText } from '../history/place-file.ts';
import { unlessAborted } from '../interruption.ts';
import { capacityText, holdText } from '../report/capacity.ts';
import { plain } from '../report/format.ts';
import { capacityHtml } from '../report/html/capacity.ts';
import { schemaProblems } from '../schema-problems.ts';
import { shellWords } from '../shell-words.ts';
import { startStack } from '../stack/start-stack.ts';
import { consentOf, type ConsentOptions } from './consent.ts';
import { drillCliff, drillHold } from './drill-hold.ts';
import { DrillStack } from './drill-stack.ts';
import { unionOfNeeds } from './plan-drills.ts';
import { HoldBudget } from './hold-budget.ts';
import { type PlannedSearch, planSearch, replanSearch, type SearchFlags } from './plan-holds.ts';
import { openManyResults } from './results.ts';
import type { Surroundings } from './run.ts';

export interface CapacityFlags extends SearchFlags, Omit<ConsentOptions, 'stack'> {
  /** Wall time of this call, ms. */
  readonly budget?: number;
  readonly resume?: string;
  readonly quiet: boolean;
}

const fileName = 'capacity.json';
const mostBytes = 256 * 1024 * 1024;

/** A search and where it is kept. */
interface Search {
  readonly planned: PlannedSearch;
  readonly of: CapacityOf;
  readonly folder: string;
  readonly holds: CapacityHold[];
  cliff: CapacityJson['cliff'];
}

/** `toofan capacity`: hold after hold until the search has come to its end or the budget is used up. What was measured stays, whatever ended it. */
export async function capacity(flags: CapacityFlags, around: Surroundings): Promise<ExitCode> {
  const begun = performance.now();
  const begin = flags.resume === undefined ? beginSearch : resumeSearch;
  const planned = await begin(flags, around);
  const { settings } = planned.of;
  const consent = consentOf({ ...flags, stack: settings.stack }, around.registry.config);
  const clock = new HoldBudget(flags.budget, planned.planned);
  const note = (line: string) => void (flags.quiet || around.stdout.write(`${plain(line)}\n`));
  clock.refuseTooShort(planned, note);
  const search: Search = { ...planned, ...(await planned.open()) };
  const highest = await search.planned.drillAt(settings.to, settings.seed);
  const needs = unionOfNeeds([highest]);
  await using stack = new DrillStack(
    (session) =>
      unlessAborted(around.signal, () =>
        startStack(settings.stack, needs, { session, config: around.registry.config, progress: note, consent }),
      ),
    note,
  );
  let isStopped = true;
  try {
    await holdAll(search, stack, clock, flags.quiet ? { ...around, stdout: silent } : around);
    isStopped = false;
  } finally {
    const found = await keep(search);
    const isOver = nextHold(settings, search.holds) === null && cliffOver(search) === null;
    const folder = relative(around.folder, search.folder) || '.';
    const resume = isOver ? null : shellWords(['npx', 'toofan', 'capacity', '--resume', folder]);
    around.stdout.write(
      capacityText(found, { colour: around.colour, folder, resume, isStopped, tookMs: performance.now() - begun }),
    );
  }
  return capacityOf(search.of, search.holds, search.cliff).exitCode as ExitCode;
}

const silent = { write: () => true };

interface Begun {
  readonly planned: PlannedSearch;
  readonly of: CapacityOf;
  readonly holds: CapacityHold[];
  readonly cliff: CapacityJson['cliff'];
  /** Makes its folder, or finds it. */
  readonly open: () => Promise<{ readonly folder: string; readonly of: CapacityOf }>;
}

async function beginSearch(flags: CapacityFlags, around: Surroundings): Promise<Begun> {
  const planned = await planSearch(flags, around);
  const wanted = planned.base.run.replace(planned.base.scenario.name, `${planned.base.scenario.name}-capacity`);
  const of = { ...planned.of, run: wanted };
  return {
    planned,
    of,
    holds: [],
    cliff: null,
    open: async () => {
      const { folder, run } = await openManyResults({ ...planned.base, run: wanted }, around.folder);
      return { folder, of: { ...of, run } };
    },
  };
}

const fixed = ['scenario', 'target', 'from', 'to', 'width', 'confirm', 'hold', 'under', 'seed'] as const;

async function resumeSearch(flags: CapacityFlags, around: Surroundings): Promise<Begun> {
  const given = fixed.filter((name) => flags[name] !== undefined);
  if (given.length > 0 || flags.set.length > 0)
    throw usageError(
      `--resume: a search goes on as it was begun; leave out ${[...given, ...(flags.set.length > 0 ? ['set'] : [])].map((name) => (name === 'scenario' ? 'the scenario' : `--${name}`)).join(', ')}`,
    );
  const folder = resolve(around.folder, flags.resume ?? '');
  const kept = await readCapacity(folder, flags.resume ?? '');
  return {
    planned: await replanSearch(kept, around),
    of: kept,
    holds: [...kept.holds],
    cliff: kept.cliff,
    open: () => Promise.resolve({ folder, of: kept }),
  };
}

async function readCapacity(folder: string, named: string): Promise<CapacityJson> {
  const path = join(folder, fileName);
  if (!existsSync(path))
    throw usageError(`--resume ${named}: there is no ${fileName}; name the folder that \`toofan capacity\` has left`);
  await requireFile(path, mostBytes);
  let value: unknown;
  try {
    value = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw badInput(`${path}: is no JSON (${error instanceof Error ? error.message : String(error)})`);
  }
  const [problem] = schemaProblems(capacityShape, value, '');
  if (problem !== undefined) throw badInput(`${path}: ${problem}`);
  return value as CapacityJson;
}

/** Hold after hold, each kept before the next begins. */
async function holdAll(
  search: Search,
  stack: DrillStack,
  clock: HoldBudget,
  {
    signal,
    stdout,
    colour,
  }: Pick<Surroundings, 'signal' | 'colour'> & { readonly stdout: { write(text: string): boolean } },
): Promise<void> {
  const { planned, of, folder, holds } = search;
  await mkdir(join(folder, 'holds'), { recursive: true });
  await keep(search);
  const placeOf = async (name: string | number) => {
    const count = (await readdir(join(folder, 'holds'))).length + 1;
    const run = `holds/${String(count).padStart(2, '0')}-${name}`;
    return { count, run, folder: join(folder, run) };
  };
  for (;;) {
    const next = nextHold(of.settings, holds);
    if (next === null) break;
    if (!clock.hasTimeFor(next.perSecond)) return;
    const place = await placeOf(next.perSecond);
    const drill = await planned.drillAt(next.perSecond, of.settings.seed + place.count - 1);
    const begun = performance.now();
    const hold = await drillHold({ ...drill, run: `${of.run}-${place.count}` }, next, place, { stack, signal });
    clock.took(next.perSecond, performance.now() - begun);
    holds.push(hold);
    await keep(search);
    stdout.write(holdText(hold, { colour }));
  }
  const edge = cliffOver(search);
  if (edge === null || !clock.hasTimeForCliff()) return;
  const place = await placeOf('cliff');
  const drill = await planned.cliffAt(edge, of.settings.seed + place.count - 1);
  search.cliff = await drillCliff({ ...drill, run: `${of.run}-${place.count}` }, edge, place, { stack, signal });
  await keep(search);
}

/** The rate whose cliff is still to be seen; null where there is none, or nobody asked. */
function cliffOver({ of, holds, cliff }: Pick<Search, 'of' | 'holds' | 'cliff'>): number | null {
  const { kind, heldPerSecond } = capacityOf(of, holds);
  return of.settings.cliff && cliff === null && kind === 'found' ? heldPerSecond : null;
}

/** Writes what there is, whole or not at all. */
async function keep({ of, folder, holds, cliff }: Search): Promise<CapacityJson> {
  const found = capacityOf(of, holds, cliff);
  await placeText(`${JSON.stringify(found)}\n`, join(folder, fileName));
  await placeText(capacityHtml(found), join(folder, 'capacity.html'));
  return found;
}
