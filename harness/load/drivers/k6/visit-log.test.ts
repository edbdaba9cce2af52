import { expect, test } from 'vitest';
import { outcomeOf, parseRequest } from './visit-log.ts';

test('a line tells a request, with what it was about or without', () => {
  expect(parseRequest('17\torder\t68\t1\t250.125\t1764187200123\t1764187200165\t200\t0\tconfirmed\t')).toEqual({
    visit: 17,
    request: 'order',
    op: 68,
    attempt: 1,
    dueMs: 250.125,
    sentAt: 1_764_187_200_123,
    endedAt: 1_764_187_200_165,
    status: 200,
    errorCode: 0,
    told: 'confirmed',
    error: '',
  });
  expect(parseRequest('3\tbrowse\t\t\t0.000\t1764187200123\t1764187210123\t0\t1050\t\trequest timeout')).toMatchObject({
    op: null,
    attempt: null,
    status: 0,
    errorCode: 1050,
    error: 'request timeout',
  });
});

test.each(['', 'GoError: out of VUs', '17\torder\t68', 'x\torder\t68\t1\t0\t1\t2\t200\t0\tconfirmed\t'])(
  'a script’s own words are no request: %j',
  (line) => {
    expect(parseRequest(line)).toBeNull();
  },
);

test.each([
  [200, 0, 'confirmed', 'ok'],
  [202, 0, 'pending', 'ok'],
  [400, 1_400, '', 'failed'],
  [503, 1_503, 'shed', 'failed'],
  [503, 1_503, '', 'indeterminate'],
  [500, 1_500, '', 'indeterminate'],
  [0, 1_212, '', 'failed'], // nobody listens
  [0, 1_211, '', 'failed'], // no connection in time
  [0, 1_050, '', 'indeterminate'], // no answer in time
  [0, 1_201, '', 'indeterminate'], // broken pipe
  [0, 1_220, '', 'indeterminate'], // reset by peer
] as const)('status %i with k6’s code %i and %j told is %s', (status, errorCode, told, outcome) => {
  expect(outcomeOf({ status, errorCode, told })).toBe(outcome);
});
