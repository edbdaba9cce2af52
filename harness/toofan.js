#!/usr/bin/env node
// Plain JavaScript, so that an older Node can start the bundled one, or say what is missing.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const least = 24;
const own = process.versions.node;

if (Number(own.split('.')[0]) >= least) {
  // If the older Node that started this one is killed, nobody could interrupt this one any more.
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  process.channel?.unref();
  await import('./cli.ts');
} else {
  const bundled = bundledNode();
  if (bundled === undefined) {
    process.stderr.write(
      `toofan: this is Node ${own}, and Node ${least} is needed. It comes with the package node, whose install script has not run. ` +
        `Run: npm rebuild (pnpm: pnpm approve-builds), or put Node ${least} on PATH\n`,
    );
    process.exitCode = 69;
  } else startWith(bundled);
}

function bundledNode() {
  try {
    return createRequire(import.meta.url).resolve('node/bin/node');
  } catch {
    return undefined;
  }
}

/** Runs the same command line with another Node, which gets our signals and whose exit code becomes ours. */
function startWith(node) {
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    process.stderr.write(`toofan: Node ${least} did not start: ${error.message}. Run: npm rebuild\n`);
    process.exitCode = 69;
  });
  child.on('exit', (code, signal) => {
    if (signal !== null) process.removeAllListeners(signal).kill(process.pid, signal);
    process.exitCode = code;
  });
}
