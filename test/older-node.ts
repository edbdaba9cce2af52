import { spawnSync } from 'node:child_process';

/** A Node on this machine that cannot run TypeScript; undefined if there is none. */
export const olderNode = ['/usr/bin/node', '/usr/local/bin/node'].find((node) =>
  /^v(?:1\d|2[0-3])\./.test(spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout ?? ''),
);
