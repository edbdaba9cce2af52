import { expect, it } from 'vitest';
import { scenarios } from '../scenarios/index.ts';
import { mutants, targets } from '../simulators/index.ts';
import { configProblems } from './config-shape.ts';

it('every scenario, target and mutant of our own is of the shape that a user needs', () => {
  const all = { scenarios: [...scenarios], targets: [...targets, ...mutants.map(({ target }) => target)] };
  expect(configProblems(all)).toEqual([]);
});

it.each([
  [null, 'must be an object: null'],
  [{ allowedHosts: 'db.invalid' }, 'allowedHosts: must be a list: "db.invalid"'],
  [
    { allowedHosts: ['http://db.invalid'] },
    `allowedHosts[0]: must be a host's name or address, such as 'localhost' or '::1': "http://db.invalid"`,
  ],
  [{ scenarios: [null] }, 'scenarios[0]: must be an object: null'],
  [{ scenarios: 5 }, 'scenarios: must be a list: 5'],
  [{ targets: [{}] }, 'targets[0].name: must be a string; it is missing'],
  [{ targets: [{ name: 'a', processes: [] }] }, 'targets[0].processes: must be a function: []'],
  [{ images: { kafka: 5 } }, 'images.kafka: must be a string: 5'],
  [{ target: [] }, "target: unknown member. Did you mean 'targets'?"],
])('%j is refused with its place', (config, says) => {
  expect(configProblems(config)).toContain(says);
});

it('a process is asked at its own port: what could make another host of the address is refused', () => {
  const dependency = { name: 'd', command: ['d'], env: {}, count: 1, ready: { path: '@10.0.0.1/healthz' } };
  expect(configProblems({ targets: [{ dependencies: [dependency] }] })).toContain(
    `targets[0].dependencies[0].ready.path: must be a path that begins with '/': "@10.0.0.1/healthz"`,
  );
});

it('a scenario of a name alone lacks each of its members', () => {
  const problems = configProblems({ scenarios: [{ name: 'a' }] });
  for (const member of ['domain', 'target', 'load', 'objectives'])
    expect(problems.some((problem) => problem.startsWith(`scenarios[0].${member}: `))).toBe(true);
});
