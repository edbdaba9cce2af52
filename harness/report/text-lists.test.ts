import { expect, test } from 'vitest';
import { doctorText } from './doctor.ts';
import { listText } from './list.ts';
import { cut, displayWidth, wrapped } from './text-table.ts';

const options = { colour: false, width: 70 };

test('the doctor says what is there, what is missing, what that costs and how to mend it', () => {
  const text = doctorText(
    [
      { name: 'Node', status: 'ok', found: '24.21.0', cost: '', mend: '' },
      {
        name: 'Docker',
        status: 'missing',
        found: '',
        cost: 'No containers: drills run on local processes.',
        mend: 'sudo apt-get install docker.io',
      },
      {
        name: 'Disk',
        status: 'warning',
        found: '2.1 GiB free in /var/tmp, and 0.4 GiB free in the folder of results',
        cost: 'A long drill may fill it.',
        mend: '',
      },
    ],
    options,
  );
  expect(text.split('\n')).toEqual([
    '  This machine cannot run a drill yet: Docker is missing. Worth a',
    '  look: Disk.',
    '',
    '  ✓ Node    24.21.0',
    '  ✗ Docker  not found',
    '            No containers: drills run on local processes.',
    '            fix: sudo apt-get install docker.io',
    '  ! Disk    2.1 GiB free in /var/tmp, and 0.4 GiB free in the folder',
    '            of results',
    '            A long drill may fill it.',
    '',
  ]);
  expect(doctorText([{ name: 'Node', status: 'ok', found: '24', cost: '', mend: '' }], options)).toContain(
    'This machine can run a drill.',
  );
});

test('no list is wider than a narrow terminal', () => {
  const name = 'a-name-of-twenty-seven-signs';
  const summary = 'It is a sentence that is long enough for two lines of it.';
  const text = listText([{ title: 'Scenarios', entries: [{ name, summary }] }], { ...options, width: 55 });
  expect(Math.max(...text.split('\n').map(displayWidth))).toBeLessThan(56);
});

test('lists have names in one column and summaries in another', () => {
  const text = listText(
    [
      {
        title: 'Scenarios',
        entries: [
          { name: 'smoke', summary: 'Ten seconds of load, for tests and first tries of anything new.' },
          { name: 'big-billion-day', summary: 'The sale.' },
        ],
      },
      { title: 'Targets', entries: [] },
    ],
    { ...options, width: 60 },
  );
  expect(text.split('\n')).toEqual([
    'Scenarios',
    '  smoke            Ten seconds of load, for tests and first',
    '                   tries of anything new.',
    '  big-billion-day  The sale.',
    '',
    'Targets',
    '  none',
    '',
  ]);
});

test('widths are those of a terminal', () => {
  expect([
    displayWidth('abc'),
    displayWidth('\u001B[31mabc\u001B[0m'),
    displayWidth('漢字'),
    displayWidth('🛒'),
    displayWidth('e\u0301'),
  ]).toEqual([3, 3, 4, 2, 1]);
  expect([cut('abcdef', 4), cut('abcd', 4), cut('漢字漢字', 5), cut('abc', 0)]).toEqual(['abc…', 'abcd', '漢字…', '']);
});

test('wrapping keeps a figure with its unit and a path whole', () => {
  expect(wrapped('it took 24 s and went to /a/very/long/path/indeed', 12)).toEqual([
    'it took 24 s',
    'and went to',
    '/a/very/long/path/indeed',
  ]);
});
