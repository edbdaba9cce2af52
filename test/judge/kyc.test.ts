import { describe, expect, test } from 'vitest';

import { answerShare, costPerOperation, decided, drained, queueLength } from '../../harness/judge/objectives/index.ts';
import { kycSurge } from '../../scenarios/kyc-surge.ts';
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
      detail: 'the application was consumed but neither answered nor queued; 4 calls were paid for it',
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
      detail: expect.stringContaining('lost by the stack'),
    },
  );
});

describe('approved-is-right', () => {
  const { acquits, convicts, doubts } = judging('approved-is-right');
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
  convicts(
    "an impostor's approval under the number of somebody else's application, or of nobody's",
    kyc([application(1, 0, 'review', 5), application(2, 0, undefined, 0, { key: 'a2' })], {
      categories,
      decisions: [
        { op: 2, key: 'a1', answer: 'approved', decided_at: micros(6) },
        { op: null, key: 'a1', answer: 'approved', decided_at: micros(7) },
      ],
    }),
    { key: 'a1', ops: [2], at: micros(6) },
    2,
  );
  convicts(
    "an impostor's application that was approved under another name",
    kyc([application(1, 0), application(2, 0, 'review', 5, { key: 'a2' })], {
      categories,
      decisions: [{ op: 1, key: 'a2', answer: 'approved', decided_at: micros(6) }],
    }),
    { key: 'a1', ops: [1] },
  );
  convicts(
    'it though of others nobody says who they are',
    kyc([application(1, 0, 'approved', 5), application(2, 0, 'approved', 5, { key: 'a9' })], { categories }),
    { key: 'a1' },
  );
  doubts(
    'who was approved where the catalogue says of nobody who they are',
    'the catalogue identifies nobody',
    kyc([application(1, 0, 'approved', 5)]),
    kyc([application(1, 0, 'review', 5)]),
    kyc([application(1, 0, 'approved', 5)], { categories: { a1: 'customer' } }),
  );
  doubts(
    'an approval of whom the catalogue does not say who they are',
    '1 were approved who are not in the catalogue',
    kyc([application(2, 0, 'approved', 5, { key: 'a2' }), application(9, 0, 'approved', 5, { key: 'a9' })], {
      categories,
    }),
  );
  acquits(
    'doubt and rejection of an impostor',
    kyc([application(1, 0, 'review', 5), application(2, 0, 'rejected', 5)], { categories }),
  );
});

describe('rejected-is-right', () => {
  const { acquits, convicts, doubts } = judging('rejected-is-right');
  const categories = { a1: 'genuine', a2: 'flawed', a3: 'impostor' };
  convicts(
    'the rejection of somebody with whom nothing is wrong',
    kyc([application(1, 0, 'rejected', 5)], { categories }),
    { key: 'a1' },
  );
  convicts(
    'it under the number of another application',
    kyc([application(1, 0, 'review', 5), application(2, 0, undefined, 0, { key: 'a2' })], {
      categories,
      decisions: [{ op: 2, key: 'a1', answer: 'rejected', decided_at: micros(6) }],
    }),
    { key: 'a1', ops: [2] },
  );
  doubts(
    'a rejection of whom the catalogue does not say who they are',
    '1 were rejected who are not in the catalogue',
    kyc([application(1, 0, 'review', 5), application(9, 0, 'rejected', 5, { key: 'a9' })], { categories }),
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
  const { acquits, convicts, doubts } = judging('review-below-threshold');
  const approved = (reason: string | null): SmallHistory =>
    kyc([application(1, 0)], { decisions: [{ op: 1, key: 'a1', answer: 'approved', reason, decided_at: micros(5) }] });
  convicts('an approval whose own confidence is below it', approved('confidence 0.79: name is in doubt'), {
    ops: [1],
    detail: 'approved with a confidence of 0.79, below 0.8',
  });
  convicts('a very small one', approved('confidence 1e-7'), { ops: [1] });
  convicts(
    'one below it though others state none',
    kyc([application(1, 0), application(2, 0, undefined, 0, { key: 'a2' })], {
      decisions: [
        { op: 1, key: 'a1', answer: 'approved', reason: 'confidence 0.5', decided_at: micros(5) },
        { op: 2, key: 'a2', answer: 'approved', decided_at: micros(5) },
      ],
    }),
    { ops: [1] },
  );
  acquits('one at or above it', approved('confidence 0.8'), approved('confidence 1'), approved('confidence 0.9: sure'));
  doubts(
    'an approval that states none, or what is none',
    '1 of 1 approvals state no confidence from 0 to 1',
    ...[null, 'sure', 'confidence', 'confidence: 0.5', 'confidence 1e9', 'confidence 1.7', 'confidence -0.5'].map(
      approved,
    ),
    ...['confidence 80%', 'confidence 0.9.1', 'confidence NaN', 'my confidence 0.9', 'Confidence 0.9'].map(approved),
  );
  doubts(
    'some approvals that state none beside others that do',
    '1 of 2 approvals state no confidence from 0 to 1',
    kyc([application(1, 0), application(2, 0, undefined, 0, { key: 'a2' })], {
      decisions: [
        { op: 1, key: 'a1', answer: 'approved', reason: 'confidence 0.9', decided_at: micros(5) },
        { op: 2, key: 'a2', answer: 'approved', decided_at: micros(5) },
      ],
    }),
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
    detail: 'sent to review but never queued',
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
      detail: 'reviewed 2 times',
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
      detail: 'answered approved but in the review queue',
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
    kyc([application(1, 0, 'review', 5, { consumed: false })]),
  );
});

describe('effect-fits', () => {
  const { acquits, convicts, doubts } = judging('effect-fits');
  doubts(
    'an approval for which no call was paid',
    '1 were approved without a row for their calls in the books',
    kyc([application(1, 0, 'approved', 5)]),
    kyc([
      application(1, 0, 'approved', 5, { legs: [leg('queued')] }),
      application(2, 0, 'approved', 5, { key: 'a2', legs: calls }),
    ]),
  );
  acquits(
    'whoever was asked nothing of and is not approved',
    kyc([application(1, 0, 'rejected', 5)]),
    kyc([application(1, 0)]),
  );
  const booked = (row: object): SmallHistory =>
    kyc([application(1, 0, 'review', 5, { legs: [...calls, leg('review'), { ...leg('pan', 500), ...row }] })]);
  convicts("a call that is paid for somebody else's application", booked({ key: 'a2' }), {
    key: 'a1',
    ops: [1],
    detail: "a row pan is a2's, but the application is a1's",
  });
  convicts("a review under another applicant's name", booked({ ...leg('review'), key: 'a2' }), { ops: [1] });
  convicts(
    "a look and a place in the queue under another applicant's name",
    kyc([
      application(1, 0, 'review', 5, { legs: [leg('review'), { ...leg('reviewed', 200_00), key: 'a2' }] }),
      application(2, 0, undefined, 0, { key: 'a2', legs: [{ ...leg('queued'), key: 'a1' }] }),
    ]),
    { detail: expect.stringContaining('but the application is') },
    2,
  );
  convicts('a row that names no application', booked({ op: null }), {
    key: 'a1',
    ops: [],
    detail: 'a row pan names no application',
  });
  convicts(
    'rows of applications that nobody submitted',
    kyc(
      [
        application(1, 0, 'approved', 5),
        application(2, 0, undefined, 0, { key: 'a2', absent: true, outcome: 'indeterminate', legs: [leg('pan', 500)] }),
      ],
      { effects: [{ op: 9, key: 'a9', ...leg('pan', 500) }] },
    ),
    { detail: 'a row pan is of an application never submitted' },
    2,
  );
  convicts('a leg that there is not', booked({ leg: 'gift' }), {
    detail: 'a row gift has an unknown leg (known: aadhaar, pan, face, address, queued, review, reviewed)',
  });
  convicts('a row without a leg', booked({ leg: null }), { detail: expect.stringContaining('without a leg') });
  convicts('a row that moves something', booked({ delta: -1 }), { detail: 'a row pan moves -1, but nothing may move' });
  for (const paise of [0, -500, 50, 5_000])
    convicts(`a call of 500 paise that is booked at ${paise}`, booked({ amount_paise: paise }), {
      detail: `a row pan costs ${paise} paise instead of 500`,
    });
  acquits(
    'calls, also repeated ones, reviews and places in the queue; what leaves out its key or its amount; what the stack lost',
    kyc([
      application(1, 0, 'review', 5, { legs: [...calls, leg('pan', 500), leg('review'), leg('reviewed', 200_00)] }),
      application(2, 0, undefined, 0, { key: 'a2', legs: [leg('queued'), { ...leg('pan'), key: null, delta: null }] }),
      application(3, 0, undefined, 0, { key: 'a3', absent: true, legs: calls }),
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

  test('what legs cost that nobody has, or rows without an amount, is not known', async () => {
    const spec = costPerOperation({ legs: ['aadhaar', 'selfie', 'gift'], below: 5.5, minimumEvidence: 1 });
    expect(await objectiveOf(spec, books)).toMatchObject({
      observed: null,
      verdict: 'inconclusive',
      detail: expect.stringContaining('no decided operation has a row selfie or gift'),
    });
    const unpriced = kyc([application(1, 0, 'approved', 5, { legs: [leg('aadhaar', 50), leg('aadhaar')] })]);
    expect(await objectiveOf({ ...spec, legs: ['aadhaar'] }, unpriced)).toMatchObject({
      verdict: 'inconclusive',
      detail: expect.stringContaining('1 rows have no amount'),
    });
    expect(await objectiveOf({ ...spec, legs: ['aadhaar'] }, kyc([application(1, 0, 'approved', 5)]))).toMatchObject({
      verdict: 'inconclusive',
    });
  });

  test('whoever waits in the books for ever is not dropped, and the drill fails all the same', async () => {
    const waiting = kyc(
      [application(1, 0, 'approved', 5), application(2, 0, undefined, 0, { key: 'a2', legs: [leg('queued')] })],
      {
        categories: { a1: 'genuine' },
        invariants: ['kyc-none-dropped'],
        objectives: [decided({ atLeast: 0.999, minimumEvidence: 1 })],
      },
    );
    const { verdict, invariants, objectives } = await judged(waiting);
    expect(verdict).toBe('fail');
    expect(invariants).toMatchObject([{ verdict: 'pass' }]);
    expect(objectives).toMatchObject([{ name: 'decided', observed: 0.5, verdict: 'fail' }]);
    const never = { ...waiting, drainedAt: null, objectives: [drained({ within: '60s' })] };
    expect((await judged(never)).objectives).toMatchObject([{ name: 'drained', verdict: 'fail' }]);
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
    // A minute of load, equally long in the story: so many such minutes per day.
    expect(figures['callsADayPaise']).toBe(2250 * 1440);
  });
});

describe('the surge of KYC turns nobody away unbounded', () => {
  const spared = Array.from({ length: 400 }, (_, index) => index + 1);
  const told = (answerOf: (op: number) => string) =>
    judged({
      ...kyc(
        spared.map((op) => {
          const answer = answerOf(op);
          return application(op, 0, answer, 5, { key: `a${op}`, legs: answer === 'review' ? [leg('review')] : [] });
        }),
        { categories: Object.fromEntries(spared.map((op) => [`a${op}`, 'flawed'])), invariants: ['rejected-is-right'] },
      ),
      objectives: kycSurge.objectives.filter(({ type }) => type === 'answer-share'),
    });
  test.each([
    ['everybody is sent to review', () => 'review', ['fail', 'pass']],
    ['everybody is rejected', () => 'rejected', ['pass', 'fail']],
    ['one in ten is rejected', (op: number) => (op % 10 === 0 ? 'rejected' : 'approved'), ['pass', 'fail']],
    ['one in twenty is', (op: number) => (op % 20 === 0 ? 'rejected' : 'approved'), ['pass', 'pass']],
  ] as const)('where %s', async (_, answerOf, verdicts) => {
    const { objectives, invariants } = await told(answerOf);
    expect(invariants).toMatchObject([{ verdict: 'pass' }]);
    expect(objectives.map(({ verdict }) => verdict)).toEqual(verdicts);
  });
});

test('an applicant waits minutes: what was decided after a minute is no time-out', async () => {
  const { service } = await judged(kyc([application(1, 0, 'approved', 59_000), application(2, 0)]));
  expect(service.clientWaitsMs).toBe(180_000);
  expect(service.counts).toMatchObject({ correct: 1, timedOut: 1 });
});
