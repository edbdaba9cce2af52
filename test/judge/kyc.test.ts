import { describe, expect, test } from 'vitest';

import { answerShare, costPerOperation, queueLength } from '../../harness/judge/objectives/index.ts';
import { micros, type SmallHistory, type SmallOp } from './a-history.ts';
import { judged, objectiveOf } from './judged.ts';
import { judging, order as application } from './judging.ts';

const kyc = (ops: readonly SmallOp[], more: SmallHistory = {}): SmallHistory => ({ domain: 'kyc', ops, ...more });
const leg = (name: string, paise: number | null = null) => ({ leg: name, delta: 0, amount_paise: paise });
const calls = [leg('aadhaar', 50), leg('pan', 500), leg('face', 200), leg('address', 100)];

describe('kyc-none-dropped', () => {
  const { acquits, convicts } = judging('kyc-none-dropped');
  convicts(
    'what was taken in, is in no queue and was never answered, and says what was paid for it',
    kyc([application(1, 0, 'approved', 5), application(2, 0, undefined, 0, { legs: calls })]),
    {
      ops: [2],
      detail: 'the application was consumed, never answered, and no queue holds it; 4 calls were paid for it',
    },
  );
  convicts(
    'it though the drill was never drained',
    kyc([application(1, 0)], { drainedAt: null, drill: { drainedAt: null } }),
    {
      ops: [1],
    },
    1,
  );
  acquits(
    'what is late: not yet taken in, or in the queue of the books',
    kyc([application(1, 0, undefined, 0, { consumed: false })]),
    kyc([application(1, 0, undefined, 0, { legs: [leg('queued')] })]),
  );
  acquits(
    'whoever is answered, and their second attempt',
    kyc([application(1, [0, 4], 'review', 5, { legs: [leg('review')] })]),
  );
  convicts(
    'the stack for what it acknowledged and lost',
    kyc([application(1, 0, 'approved', 5), application(2, 0, undefined, 0, { absent: true })]),
    {
      ops: [2],
      detail: expect.stringContaining('the stack lost it'),
    },
  );
});

describe('approved-is-right', () => {
  const { acquits, convicts } = judging('approved-is-right');
  const categories = { a1: 'impostor', a2: 'genuine', a3: 'flawed' };
  convicts(
    'the approval of an impostor',
    kyc([application(1, 0, 'approved', 5), application(2, 0, 'approved', 5, { key: 'a2' })], { categories }),
    {
      key: 'a1',
      ops: [1],
    },
  );
  convicts(
    'an approval that was not the first answer',
    kyc(
      [
        application(1, 0, undefined, 0, {
          answers: [
            ['review', 3],
            ['approved', 5],
          ],
        }),
      ],
      { categories },
    ),
    { key: 'a1', at: micros(5) },
  );
  acquits(
    'doubt and rejection of an impostor',
    kyc([application(1, 0, 'review', 5), application(2, 0, 'rejected', 5)], { categories }),
  );
});

describe('rejected-is-right', () => {
  const { acquits, convicts } = judging('rejected-is-right');
  const categories = { a1: 'genuine', a2: 'flawed', a3: 'impostor' };
  convicts(
    'the rejection of somebody with whom nothing is wrong',
    kyc([application(1, 0, 'rejected', 5)], { categories }),
    { key: 'a1' },
  );
  acquits(
    'the rejection of others, and doubt',
    kyc(
      [
        application(1, 0, 'review', 5),
        application(2, 0, 'rejected', 5, { key: 'a2' }),
        application(3, 0, 'rejected', 5, { key: 'a3' }),
      ],
      { categories },
    ),
  );
});

describe('review-below-threshold', () => {
  const { acquits, convicts } = judging('review-below-threshold');
  const approved = (reason: string | null): SmallHistory =>
    kyc([application(1, 0)], { decisions: [{ op: 1, key: 'a1', answer: 'approved', reason, decided_at: micros(5) }] });
  convicts('an approval whose own confidence is below it', approved('confidence 0.79: name is in doubt'), {
    ops: [1],
    detail: 'approved with a confidence of 0.79, below 0.8',
  });
  acquits(
    'one at or above it, and one that states none',
    approved('confidence 0.8'),
    approved('confidence 1'),
    approved('sure'),
    approved(null),
  );
  acquits(
    'a review below it',
    kyc([application(1, 0)], {
      decisions: [{ op: 1, key: 'a1', answer: 'review', reason: 'confidence 0.3', decided_at: micros(5) }],
    }),
  );
});

describe('review-recorded', () => {
  const { acquits, convicts } = judging('review-recorded');
  convicts('a review that no queue ever held', kyc([application(1, 0, 'review', 5)]), {
    detail: 'sent to review, and the queue never held it',
  });
  convicts(
    'one that is queued twice',
    kyc([application(1, 0, 'review', 5, { legs: [leg('review'), leg('review')] })]),
    {
      detail: 'in the review queue 2 times',
    },
  );
  convicts(
    'one that was looked at twice',
    kyc([application(1, 0, 'review', 5, { legs: [leg('review'), leg('reviewed', 200_00), leg('reviewed', 200_00)] })]),
    {
      detail: 'looked at 2 times',
    },
  );
  convicts(
    'a look at what was never queued',
    kyc([application(1, 0, 'review', 5, { legs: [leg('reviewed', 200_00)] })]),
    { ops: [1] },
  );
  convicts(
    'somebody in the queue who was told otherwise',
    kyc([application(1, 0, 'approved', 5, { legs: [leg('review')] })]),
    {
      detail: 'answered approved, and in the review queue',
    },
  );
  convicts(
    'somebody in the queue who never applied',
    kyc([application(1, 0, 'approved', 5)], { effects: [{ op: 9, key: 'a9', ...leg('review') }] }),
    {
      key: 'a9',
      ops: [9],
    },
  );
  acquits(
    'a review that was queued, looked at or not, and one that was not told yet',
    kyc([
      application(1, 0, 'review', 5, { legs: [...calls, leg('review')] }),
      application(2, 0, 'review', 5, { legs: [leg('review'), leg('reviewed', 200_00)] }),
      application(3, 0, undefined, 0, { legs: [leg('review')] }),
      application(4, 0, 'approved', 5, { legs: calls }),
    ]),
  );
});

describe('answered-once', () => {
  const { acquits, convicts } = judging('answered-once');
  convicts(
    'two different answers',
    kyc([
      application(1, 0, undefined, 0, {
        answers: [
          ['rejected', 3],
          ['review', 5],
        ],
      }),
    ]),
    {
      detail: 'application was answered rejected and review; the first was rejected',
    },
  );
  acquits(
    'the same answer twice',
    kyc([
      application(1, [0, 2], undefined, 0, {
        answers: [
          ['approved', 3],
          ['approved', 5],
        ],
      }),
    ]),
  );
});

describe('the books', () => {
  const books = kyc([
    application(1, 0, 'review', 10, {
      legs: [...calls, leg('review'), { ...leg('reviewed', 200_00), committed_at: micros(50) }],
    }),
    application(2, 0, 'review', 20, { legs: [...calls, leg('pan', 500), leg('review')] }),
    application(3, 0, 'review', 30, {
      legs: [leg('review'), { ...leg('reviewed', 200_00), committed_at: micros(31) }],
    }),
    application(4, 0, 'rejected', 5),
    application(5, 0, undefined, 0, { legs: [leg('queued'), leg('aadhaar', 50)] }),
  ]);

  test('the review queue was as long as at its longest moment', async () => {
    const spec = queueLength({ enters: 'review', leaves: 'reviewed', below: 3 });
    expect(await objectiveOf(spec, books)).toMatchObject({
      name: 'queue-length-review',
      observed: 3,
      verdict: 'fail',
      evidence: 3,
    });
    expect(await objectiveOf({ ...spec, below: 4 }, books)).toMatchObject({ verdict: 'pass' });
  });

  test('an operation cost what was spent on the decided ones, on average', async () => {
    const spec = costPerOperation({ legs: ['aadhaar', 'pan', 'face', 'address'], below: 5.5, minimumEvidence: 4 });
    // (8.50 + 13.50) / 4: the undecided one and its call are left out.
    expect(await objectiveOf(spec, books)).toMatchObject({ observed: 5.5, verdict: 'fail', evidence: 4, unit: '₹' });
    expect(await objectiveOf({ ...spec, below: 5.51 }, books)).toMatchObject({ verdict: 'pass' });
  });

  test('the share of one answer counts the decided', async () => {
    const spec = answerShare({ answer: 'review', below: 0.76, minimumEvidence: 4 });
    expect(await objectiveOf(spec, books)).toMatchObject({ observed: 0.75, verdict: 'pass' });
    expect(await objectiveOf({ ...spec, below: 0.75 }, books)).toMatchObject({ verdict: 'fail' });
  });

  test('the impact is what was spent, on calls and on reviews, and what is owed', async () => {
    const { impact } = await judged({ ...books, categories: { a1: 'impostor' } });
    const figures = Object.fromEntries(impact.map(({ name, value }) => [name, value]));
    expect(figures).toMatchObject({
      callsPaise: 2250,
      reviewsPaise: 40_000,
      owedReviews: 1,
      wronglyApprovedImpostors: 0,
    });
    // A minute of load, as long in the story: so many such minutes a day.
    expect(figures['callsADayPaise']).toBe(2250 * 1440);
  });
});

test('an applicant waits minutes: what was decided after a minute is no time-out', async () => {
  const { service } = await judged(kyc([application(1, 0, 'approved', 59_000), application(2, 0)]));
  expect(service.clientWaitsMs).toBe(180_000);
  expect(service.counts).toMatchObject({ correct: 1, timedOut: 1 });
});
