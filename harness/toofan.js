#!/usr/bin/env node
// Plain JavaScript, so that an older Node can say what it lacks: TypeScript is run as it is, which takes Node 24.
import process from 'node:process';

const least = 24;
if (Number(process.versions.node.split('.')[0]) < least) {
  process.stderr.write(
    `toofan: this is Node ${process.versions.node}, and Node ${least} is needed; it comes with the packages: run npm ci (or npm rebuild, where install scripts were left out), then npx toofan\n`,
  );
  process.exit(69);
}
await import('./cli.ts');
