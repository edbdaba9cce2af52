import { expect, it } from 'vitest';
import { telling } from './log-excerpt.ts';

const noise = Array.from({ length: 100 }, (_, index) => `[08:16] INFO closing ${index}`);

it('shows the complaint and what explains it, wherever it stands', () => {
  const log = [
    'INFO starting',
    'ERROR cannot bind',
    'java.net.BindException: in use',
    '\tat a',
    '\tat b',
    '\tat c',
    ...noise,
  ].join('\n');
  expect(telling(log)).toBe('  ERROR cannot bind\n  java.net.BindException: in use\n  \tat a\n  \tat b');
});

it('shows the end of a log without complaints', () => {
  expect(telling(`${noise.join('\n')}\n`).split('\n')).toHaveLength(24);
  expect(telling(noise.join('\n'))).toMatch(/closing 99$/);
});

it('is not longer where a server does nothing but complain', () => {
  expect(telling(noise.map((line) => line.replace('INFO', 'ERROR')).join('\n')).split('\n')).toHaveLength(24);
});
