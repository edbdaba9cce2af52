import { mkdir } from 'node:fs/promises';
import { openRecorder, type Recorder } from '../../history/recorder.ts';
import { type LoadPlan, planLoad } from '../../load/load-plan.ts';
import { KafkaLog } from '../../observe/kafka-log.ts';
import { readBacklog } from '../../observe/truth.ts';
import { needsOf } from '../../target/target.ts';
import type { DrillPlan, DrillSurroundings } from '../drill-plan.ts';
import { recordOpening } from '../record-truth.ts';

/** A clean stack, with the opening balances in the stores and in the history. */
export interface Prepared {
  readonly plan: DrillPlan;
  readonly load: LoadPlan;
  readonly recorder: Recorder;
  readonly log: KafkaLog;
  /** End offsets by topic before anything was sent. */
  readonly starts: ReadonlyMap<string, readonly number[]>;
  /** The pipeline's backlog by its own account. */
  readonly backlog: () => ReturnType<typeof readBacklog>;
}

/** The first stage. What it opens is closed with `held`. */
export async function prepare(
  plan: DrillPlan,
  { stack, onNote }: DrillSurroundings,
  held: AsyncDisposableStack,
): Promise<Prepared> {
  const { scenario, domain, target, seed, historyFolder } = plan;
  const load = planLoad(scenario, domain, scenario.loadScale ?? 1, seed, target);
  onNote('Preparing a clean stack and the opening balances');
  await stack.reset(needsOf(target));
  await target.prepare(stack.direct, load.world);
  await mkdir(historyFolder, { recursive: true });
  const recorder = held.use(await openRecorder(historyFolder, 'drill'));
  await recordOpening(recorder, stack, target, load.world);
  const backlog = () => readBacklog(stack.direct.postgres, target.backlog ?? []);
  // A broken query shows now, not after the load.
  await backlog();
  const log = held.use(new KafkaLog(stack.direct.kafka));
  const starts = await log.endOffsets(Object.keys(target.needs.topics));
  return { plan, load, recorder, log, starts, backlog };
}
