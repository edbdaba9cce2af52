/**
 * The load generator by itself and against Kafka: `node bench/generator.ts [seconds]` (60 where it is left out).
 * Prints rows of a Markdown table: what, figure, goal. The load follows the surge of big-billion-day at 15,000 orders/s;
 * bench/peers.ts compares it with what others would use.
 */
import { cpus } from 'node:os';

import { surge, warmUp } from '../harness/scenario/scenario.ts';
import { startSession } from '../harness/session/start-session.ts';
import { startStack } from '../harness/stack/start-stack.ts';
import { cpuMicrosOf, type Measured, measureOwn, needs, row, scenarioWith, sum, whole } from './own-load.ts';

const seconds = Number(process.argv[2] ?? 60);
const perSecond = 15_000;
const paced = scenarioWith([
  warmUp({ perSecond: 1_000, for: '5s' }),
  surge({ to: perSecond, within: '5s', hold: `${seconds}s` }),
]);

function pacedRow(what: string, measured: Measured, goalMs: number): void {
  const { records } = measured;
  const figures = [
    `unsent ${sum(records, 'unsent')}, failed ${sum(records, 'failed')} of ${whole(sum(records, 'sent'))}`,
    `send error p99 ${measured.lateP99Ms.toFixed(1)} ms, max ${measured.lateMaxMs.toFixed(0)} ms`,
    `acknowledged within p99 ${measured.ackP99Ms.toFixed(1)} ms`,
    `CPU ${cpuMicrosOf(measured).toFixed(1)} µs an operation with its history`,
    `peak ${Math.max(...records.map(({ peakMemoryMiB }) => peakMemoryMiB))} MiB`,
  ];
  row(what, figures.join('; '), `unsent 0; p99 ≤ ${goalMs} ms; CPU ≤ 15 µs; memory flat`);
}

await using session = await startSession();
await using stack = await startStack('local', needs, { session, config: {}, progress: () => undefined });

process.stdout.write(
  `${cpus().length} cores, Node ${process.version}, ${perSecond.toLocaleString('en')} orders/s for ${seconds} s\n\n`,
);
row('what', 'measured', 'goal');
row('---', '---', '---');
pacedRow('paced, a sink that costs nothing', await measureOwn(session, stack, paced, { sink: 'null' }), 5);
pacedRow('paced, to Kafka on the same cores', await measureOwn(session, stack, paced), 10);
