#!/usr/bin/env node
// Plain JavaScript, so that an older Node can start the bundled one, or say what is missing.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import module from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const least = 24;
const own = process.versions.node;

if (Number(own.split('.')[0]) >= least) {
  // If the older Node that started this one is killed, nobody could interrupt this one any more.
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  process.channel?.unref();
  keepCompiled();
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

/** Compiling the same code again is half of what a Node process takes to start, and a drill starts half a dozen. */
function keepCompiled() {
  if (process.env.NODE_COMPILE_CACHE) return;
  try {
    const cache = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
    const kept = join(cache, 'toofan', 'compiled');
    // One after another: Node's own making of nested folders never ends where one can not be made (/proc).
    for (const folder of [cache, join(cache, 'toofan'), kept]) if (!existsSync(folder)) mkdirSync(folder);
    if (module.enableCompileCache(kept).directory !== undefined) process.env.NODE_COMPILE_CACHE = kept;
  } catch {
    // Where it cannot be kept, every process compiles.
  }
}

function bundledNode() {
  try {
    return module.createRequire(import.meta.url).resolve('node/bin/node');
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
