import { spawnSync } from 'node:child_process';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';

/**
 * `npm run bench`: every figure of docs/RESULTS.md, one after another, as rows of one Markdown table; with names (`npm run bench
 * -- live`), only those. Everything takes about 45 minutes; run it on an otherwise idle machine. Exits with 1 if a part could not
 * be measured or is unknown.
 */
const parts: readonly (readonly [script: string, ...args: string[]])[] = [
  ['generator.ts', '60'],
  ['peers.ts', '3'],
  ['pipeline.ts', '3'],
  ['live.ts', '2'],
  ['judge.ts', '1000000', '10000000'],
  ['judge.ts', 'wallet', '1000000'],
  ['noise.ts', '20', 'smoke'],
  ['noise.ts', '20', 'sale'],
];
/** Twenty times the same says nothing of the product's speed: only where it is asked for. */
const onlyAsked = 'noise.ts';

const gib = (totalmem() / 2 ** 30).toFixed(0);
process.stdout.write(
  `Measured on ${cpus().length} cores (${cpus()[0]?.model ?? 'unknown'}), ${gib} GiB, Node ${process.version}\n\n`,
);
process.stdout.write('| what | measured | to reach |\n|---|---|---|\n');
const asked = process.argv.slice(2);
const chosen =
  asked.length === 0
    ? parts.filter(([script]) => script !== onlyAsked)
    : parts.filter(([script]) => asked.includes(script.replace('.ts', '')));
const failed = chosen.filter(([script, ...args]) => {
  const { status } = spawnSync(process.execPath, [join(import.meta.dirname, script), ...args], { stdio: 'inherit' });
  return status !== 0;
});
for (const [script] of failed) process.stderr.write(`bench/${script} could not be measured\n`);
if (chosen.length === 0)
  process.stderr.write(
    `no such part; there are ${[...new Set(parts.map(([script]) => script.replace('.ts', '')))].join(', ')}\n`,
  );
process.exitCode = failed.length === 0 && chosen.length > 0 ? 0 : 1;
