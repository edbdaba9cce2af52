import { createWriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { extname, isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Visits } from '../../../scenario/scenario.ts';
import { ms } from '../../../scenario/time.ts';
import { arrivalOfVisit, type LoadPlan, visitsAmong } from '../../load-plan.ts';
import type { VisitorOperation } from '../../visit.ts';
import { blockedAddresses } from './blocked-addresses.ts';
import { rampingArrivalRate } from './ramping-arrival-rate.ts';

export interface VisitPlanOptions {
  readonly visits: Visits;
  readonly plan: LoadPlan;
  /** The shop's address: `http://127.0.0.1:4711`. */
  readonly baseUrl: string;
  /** What a journey's relative path starts from. */
  readonly folder: string;
  /** By k6's metric name; k6's final report on them is for people, the verdict is the judge's. */
  readonly thresholds: Readonly<Record<string, readonly string[]>>;
}

export const scriptIn = (folder: string): string => join(folder, 'main.js');
export const logIn = (folder: string): string => join(folder, 'requests.log');

/**
 * Visitors are initialised before the load: enough for everybody planned to still come to a shop this much slower than it should
 * be. A thousand more cost a second of CPU and 110 MB (k6 1.8, the sale's journey).
 */
const slowdown = 4;
const spare = 100;
/** If a shop redirects its visitors to another host, or a journey goes there, that host gets no load from us. */
const onlyHere = { blacklistIPs: blockedAddresses, maxRedirects: 0 };
/** A visitor who is inside when the load ends may finish. */
const gracefulStop = '30s';
const visitorModule = fileURLToPath(new URL('./visitor.ts', import.meta.url));
const ownFolder = fileURLToPath(new URL('../../../..', import.meta.url));

/** Writes the script and what each visitor has to do; resolves to the number of operations. */
export async function writeVisitPlan(options: VisitPlanOptions, folder: string): Promise<number> {
  const { plan, visits, baseUrl, thresholds } = options;
  const { arrivals } = plan.schedule;
  await mkdir(folder, { recursive: true });
  const planFile = join(folder, 'visits.jsonl');
  const count = visitsAmong(arrivals, visits.everyNth);
  let planned = 0;
  const file = createWriteStream(planFile);
  for (let visit = 0; visit < count; visit++) {
    const operations = operationsOf(plan, arrivalOfVisit(visit, visits.everyNth));
    planned += operations.length;
    const text = `${visit === 0 ? '' : '\n'}${JSON.stringify(operations)}`;
    if (!file.write(text)) await once(file, 'drain');
  }
  file.end();
  await once(file, 'finish');

  const peak = Math.max(...plan.curve.lines().flatMap(({ from, to }) => [from, to])) / visits.everyNth;
  const inside = Math.ceil((peak * ms(visits.lasts)) / 1_000);
  const scenario = {
    executor: 'ramping-arrival-rate',
    ...rampingArrivalRate(plan.curve, visits.everyNth),
    preAllocatedVUs: slowdown * inside + spare,
    maxVUs: 2 * (slowdown * inside + spare),
    gracefulStop,
  };
  const text = [
    `import journey from ${JSON.stringify(journeyPath(visits.journey, options.folder))};`,
    `import { visitor } from ${JSON.stringify(visitorModule)};`,
    `export const options = ${JSON.stringify({ scenarios: { visits: scenario }, thresholds, ...onlyHere })};`,
    `export default visitor(journey, ${JSON.stringify(planFile)}, ${JSON.stringify(baseUrl)});`,
  ];
  await writeFile(scriptIn(folder), `${text.join('\n')}\n`);
  await writeFile(logIn(folder), '');
  return planned;
}

function operationsOf({ world, isVisitors }: LoadPlan, arrival: number): VisitorOperation[] {
  const operations: VisitorOperation[] = [];
  world.arrival(arrival, (op, attempt) => {
    if (isVisitors(arrival, op)) operations.push({ ...world.operation(op), attempt });
  });
  return operations;
}

/** A journey from the user's folder, or one that comes with Toofan: its source, or the package's compiled version. */
export function journeyPath(journey: string, folder: string): string {
  if (isAbsolute(journey)) return journey;
  if (!journey.startsWith('toofan/')) return resolve(folder, journey);
  return resolve(ownFolder, journey.slice('toofan/'.length).replace(/\.ts$/, extname(visitorModule)));
}
