import { expect, it } from 'vitest';
import { logExcerpt } from './log-excerpt.ts';

const noise = Array.from({ length: 100 }, (_, index) => `[08:16] INFO closing ${index}`);

it('shows all of a short log', () => {
  expect(logExcerpt('LOG: invalid value\n\nFATAL: contains errors\n')).toBe(
    '  LOG: invalid value\n  FATAL: contains errors',
  );
});

it('shows the complaint of a long one and what stands around it, wherever it is', () => {
  const said = ['INFO one', 'INFO two', 'ERROR cannot bind', 'java.net.BindException: in use', '\tat a', '\tat b'];
  expect(logExcerpt(['INFO starting', ...said, '\tat c', ...noise].join('\n')).split('\n')).toEqual(
    said.map((line) => `  ${line}`),
  );
});

it('shows the end of a long one without complaints', () => {
  expect(logExcerpt(`${noise.join('\n')}\n`).split('\n')).toHaveLength(24);
  expect(logExcerpt(noise.join('\n'))).toMatch(/closing 99$/);
});

it('is not longer where a server does nothing but complain', () => {
  expect(logExcerpt(noise.map((line) => line.replace('INFO', 'ERROR')).join('\n')).split('\n')).toHaveLength(24);
});
