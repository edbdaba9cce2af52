/** What visitors are told over HTTP, compared with the decision; and how long they waited for it. */
import { describe, expect, test } from 'vitest';
import { requestLatency, requestsFailed, shedShare } from '../../harness/judge/objectives/index.ts';
import { micros, type SmallHistory } from './a-history.ts';
import { judged, objectiveOf } from './judged.ts';
import { judging, order } from './judging.ts';

const opening = { p: 9 };

describe('answers-agree', () => {
  const { acquits, convicts } = judging('answers-agree');

  acquits('what was told as it was decided, at once or after "not yet"', {
    opening,
    ops: [
      order(1, 0, 'confirmed', 5, { told: [[1, 'confirmed', 6]] }),
      order(2, 0, 'sold_out', 5, {
        told: [
          [1, 'pending', 3],
          [1, 'sold_out', 9],
        ],
      }),
    ],
  });
  convicts(
    'what was told otherwise than decided',
    {
      opening,
      ops: [
        order(1, 0, 'confirmed', 5, { told: [[1, 'confirmed', 6]] }),
        order(2, 0, 'sold_out', 5, { told: [[1, 'confirmed', 6]], quantity: 3 }),
      ],
    },
    { ops: [2], harm: 3 },
  );
  convicts(
    'a confirmation of what never reached the log',
    {
      opening,
      ops: [order(1, 0, undefined, 0, { absent: true, told: [[1, 'confirmed', 6]] }), order(2, 0, 'confirmed', 5)],
    },
    { ops: [1] },
  );
  convicts(
    'a confirmation that nobody decided, once the pipeline came past it',
    { opening, ops: [order(1, 0, undefined, 0, { told: [[1, 'confirmed', 6]] })] },
    { ops: [1] },
  );
  acquits('a confirmation of what the pipeline had not come to when the history was closed', {
    opening,
    ops: [order(1, 0, undefined, 0, { consumed: false, told: [[1, 'confirmed', 6]] })],
  });
  acquits('what was decided after the shopper had given up', {
    opening,
    ops: [order(1, 0, 'confirmed', 5, { told: [[1, 'pending', 3]] }), order(2, 0, 'confirmed', 5, { told: [] })],
  });
  convicts(
    'a shopper who was told to come again, and whose order was confirmed',
    { opening, ops: [order(1, 0, 'confirmed', 5, { told: [[1, 'shed', 1]] })] },
    { ops: [1] },
  );
  acquits('a second press that was turned away where the first was let in', {
    opening,
    ops: [
      order(1, [0, 4], 'confirmed', 5, {
        told: [
          [1, 'confirmed', 6],
          [2, 'shed', 5],
        ],
      }),
      // The first attempt went another way, and nobody was told about it.
      order(2, [0, 4], 'confirmed', 5, { told: [[2, 'shed', 5]] }),
    ],
  });
  convicts(
    'one who pressed twice and was turned away twice, and whose order was confirmed all the same',
    {
      opening,
      ops: [
        order(1, [0, 4], 'confirmed', 5, {
          told: [
            [1, 'shed', 1],
            [2, 'shed', 5],
          ],
        }),
      ],
    },
    { ops: [1] },
  );

  test('is left open where nobody was told anything', async () => {
    const { invariants } = await judged({ opening, invariants: ['answers-agree'], ops: [order(1, 0, 'confirmed', 5)] });
    expect(invariants[0]).toMatchObject({ verdict: 'inconclusive', detail: 'the history has no answers' });
  });
});

describe('who was turned away at the door', () => {
  const turnedAway: SmallHistory = {
    opening,
    ops: [
      order(1, 0, 'confirmed', 5, { told: [[1, 'confirmed', 6]] }),
      order(2, 0, undefined, 0, { absent: true, outcome: 'failed', told: [[1, 'shed', 2]] }),
    ],
  };

  test('was decided on there: shed, not lost, nor failed, nor a phantom', async () => {
    const { service, verdict, invariants } = await judged({
      ...turnedAway,
      invariants: ['no-lost-order', 'no-phantom-decision', 'one-decision'],
    });
    expect(service.counts).toMatchObject({ correct: 1, shed: 1, failed: 0, timedOut: 0 });
    expect(invariants.map((one) => one.verdict)).toEqual(['pass', 'pass', 'pass']);
    expect(verdict).toBe('pass');
  });

  test('counts in the share that is shed', async () => {
    const result = await objectiveOf(shedShare({ below: 0.4, minimumEvidence: 2 }), turnedAway);
    expect(result).toMatchObject({ observed: 0.5, verdict: 'fail' });
  });
});

test('what a shop answered without writing is no loss of the broker’s', async () => {
  const second = order(1, [0, 4], 'confirmed', 3, {
    told: [
      [1, 'confirmed', 3],
      [2, 'confirmed', 4],
    ],
  });
  const { notes, verdict } = await judged({
    opening,
    invariants: ['no-lost-order', 'answers-agree'],
    ops: [second, order(2, 0, undefined, 0, { absent: true, outcome: 'ok', told: [[1, 'rejected', 1]] })],
  });
  expect(notes.join()).not.toContain('lost by the stack');
  expect(verdict).toBe('fail');
});

describe('requests', () => {
  const requests = Array.from({ length: 100 }, (_, n) => ({
    visit: n,
    planned_at: micros(n),
    sent_at: micros(n + 5),
    answered_at: micros(n + 10 + n),
  }));
  const small: SmallHistory = { opening, ops: [order(1, 0, 'confirmed', 5)], requests };

  test('take from when they were due, by name', async () => {
    const spec = requestLatency({ request: 'browse', quantile: 0.5, below: '100ms' });
    const result = await objectiveOf(spec, {
      ...small,
      requests: [...requests, { request: 'order', answered_at: null }],
    });
    expect(result).toMatchObject({ name: 'browse-latency-p50', observed: 59, verdict: 'pass', evidence: 100 });
  });

  test('without an answer take for ever', async () => {
    const spec = requestLatency({ quantile: 0.9, below: '1s' });
    const silent = requests.map((request, n) => (n < 15 ? { ...request, answered_at: null, status: 0 } : request));
    const result = await objectiveOf(spec, { ...small, requests: silent });
    expect(result).toMatchObject({ name: 'request-latency-p90', observed: null, verdict: 'fail' });
    expect(result.detail).toContain('15 of 100 had no answer');
  });

  test('fail without an answer or with an error; "come again" is an answer', async () => {
    const answers = requests.map((request, n) => ({ ...request, status: [200, 0, 500, 503][n % 4] ?? 0 }));
    const result = await objectiveOf(requestsFailed({ below: 0.6 }), { ...small, requests: answers });
    expect(result).toMatchObject({ name: 'requests-failed', observed: 0.5, verdict: 'pass' });
    expect(result.detail).toContain('50 of 100 failed');
  });

  test.each([400, 401, 403, 404, 405, 409, 410, 418, 422, 500])('fail with %s, told to everybody', async (status) => {
    const denied = requests.map((request) => ({ ...request, status }));
    const result = await objectiveOf(requestsFailed({ below: 0.01 }), { ...small, requests: denied });
    expect(result).toMatchObject({ observed: 1, verdict: 'fail' });
  });

  test('do not fail where they ask of what is on its way', async () => {
    const [asked] = small.ops ?? [];
    const polls = requests.map((request, n) => ({ ...request, op: asked?.op ?? 0, attempt: 1, status: n % 2 === 0 ? 404 : 200 })); // prettier-ignore
    const spec = requestsFailed({ below: 0.5 });
    expect(await objectiveOf(spec, { ...small, requests: polls })).toMatchObject({ observed: 0, verdict: 'pass' });
    const never = { ...small, ops: (small.ops ?? []).map((one) => ({ ...one, absent: true })), requests: polls };
    expect(await objectiveOf(spec, never)).toMatchObject({ observed: 0.5, verdict: 'fail' });
  });

  test('too few say nothing', async () => {
    const few = { ...small, requests: requests.slice(0, 9) };
    expect(await objectiveOf(requestsFailed({ below: 0.6 }), few)).toMatchObject({ verdict: 'inconclusive' });
    expect(await objectiveOf(requestsFailed({ below: 0.6, request: 'search' }), small)).toMatchObject({
      verdict: 'inconclusive',
    });
  });
});
