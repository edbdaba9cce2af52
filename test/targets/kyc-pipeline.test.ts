import { describe, expect, it } from 'vitest';
import type { Operation } from '../../harness/domains/domain.ts';
import { openKycWorld } from '../../harness/domains/kyc/world.ts';
import type { DependencySettings } from '../../harness/target/dependency-settings.ts';
import { target } from '../../simulators/kyc/pipeline/target.ts';
import { sharedStack } from '../shared-stack.ts';
import { Rehearsal } from './rehearsal.ts';
import { nightly } from '../nightly.ts';

const shared = sharedStack(target.needs);
const world = openKycWorld({ impostors: 0.1, flawed: 0.2 }, 3, { arrivals: 1_000, arrivalsToMidSurge: 500, mix: {} });
const categories = new Map(world.catalogue.map(({ key, category }) => [key, category]));
const applications = (from: number, count: number): Operation[] =>
  Array.from({ length: count }, (_, i) => world.operation(from + i));

async function sway(rehearsal: Rehearsal, name: string, settings: Partial<DependencySettings>): Promise<void> {
  await rehearsal.dependencies();
  const url = `http://127.0.0.1:${rehearsal.dependency(name).port}/settings`;
  await fetch(url, { method: 'PUT', body: JSON.stringify(settings) });
}
const failing = { errorShare: 1 };
const flawless = { errorShare: 0, errorAfterShare: 0 };

/** Calls in the books by service. */
async function calls(rehearsal: Rehearsal): Promise<Record<string, number>> {
  const rows = await rehearsal.query('SELECT service, count(*)::int AS n FROM calls GROUP BY service');
  return Object.fromEntries(rows.map(({ service, n }) => [String(service), Number(n)]));
}

describe.skipIf(!nightly)('kyc/pipeline', () => {
  it('decides everybody once, approves no impostor, rejects nobody whose documents are in order, and pays what is on the bill', async () => {
    await using rehearsal = await Rehearsal.open(shared, target, {});
    await sway(rehearsal, 'pan', flawless);
    await rehearsal.send(applications(0, 300).map((operation) => [operation]));
    await rehearsal.start();
    await rehearsal.drained();
    const decisions = await rehearsal.decisions();
    expect(new Set(decisions.map(({ op }) => op)).size).toBe(300);
    const of = (answer: string) => decisions.filter((decision) => decision.answer === answer);
    expect(of('approved').filter(({ key }) => categories.get(key) === 'impostor')).toEqual([]);
    expect(of('rejected').filter(({ key }) => categories.get(key) === 'genuine')).toEqual([]);
    // Every kind of answer occurs, and most genuine applicants need no review.
    const genuine = of('approved').filter(({ key }) => categories.get(key) === 'genuine').length;
    expect(genuine / 300).toBeGreaterThan(0.6);
    expect(of('rejected').length).toBeGreaterThan(5);
    const reviews = await rehearsal.query('SELECT op::int FROM reviews ORDER BY op');
    const sent = of('review').map(({ op }) => op);
    expect(reviews.map(({ op }) => Number(op))).toEqual(sent.toSorted((a, b) => a - b));
    const queue = (await rehearsal.records('internal')).filter(({ topic }) => topic === 'manual-review-queue');
    expect(new Set(queue.map(({ key }) => key))).toEqual(new Set(of('review').map(({ key }) => key)));
    expect(queue).toHaveLength(reviews.length);

    const { instances } = await rehearsal.dependencies();
    const bills = await Promise.all(
      instances.map(async ({ port }) => (await fetch(`http://127.0.0.1:${port}/usage`)).json()),
    );
    const billed = (bills as { paise: number }[]).reduce((sum, { paise }) => sum + paise, 0);
    const [booked] = await rehearsal.query('SELECT sum(paise)::int AS paise FROM calls');
    expect(Number(booked?.['paise'])).toBe(billed);
    expect(await calls(rehearsal)).toEqual({
      aadhaar: 300 - of('rejected').length,
      pan: 300 - of('rejected').length,
      face: 300 - of('rejected').length,
      address: 300 - of('rejected').length,
    });
  });

  it('takes an application once, however often it is sent or delivered', async () => {
    await using rehearsal = await Rehearsal.open(shared, target, {});
    await sway(rehearsal, 'pan', flawless);
    const sent = applications(0, 40);
    await rehearsal.send(
      sent.flatMap((operation): [Operation, number][] => [
        [operation, 1],
        [operation, 2],
      ]),
    );
    await rehearsal.start({ count: 1 });
    await rehearsal.drained();
    const paid = await calls(rehearsal);
    await rehearsal.stop();
    await rehearsal.admin.deleteGroups(['kyc-intake']);
    await rehearsal.start({ count: 1 });
    await rehearsal.drained();
    expect(await calls(rehearsal)).toEqual(paid);
    const answers = Map.groupBy(await rehearsal.decisions(), ({ op }) => op);
    expect(answers.size).toBe(40);
    expect([...answers.values()].filter((those) => those.length !== 1)).toEqual([]);
  });

  it('queues at a limit that is lower than it thought, and loses nobody', async () => {
    await using rehearsal = await Rehearsal.open(shared, target, {});
    await sway(rehearsal, 'aadhaar', { rateLimitPerSecond: 40 });
    await rehearsal.send(applications(0, 200).map((operation) => [operation]));
    await rehearsal.start();
    await rehearsal.drained();
    expect(new Set((await rehearsal.decisions()).map(({ op }) => op)).size).toBe(200);
    // It was refused, and slowed down.
    const [pace] = await rehearsal.query(`SELECT per_second FROM paces WHERE slowed_at > 'epoch'`);
    expect(Number(pace?.['per_second'])).toBeLessThan(180);
  });

  it('asks a register that failed again, and pays for what had been answered only once', async () => {
    await using rehearsal = await Rehearsal.open(shared, target, {});
    await sway(rehearsal, 'pan', failing);
    await rehearsal.send(applications(0, 60).map((operation) => [operation]));
    await rehearsal.start({ count: 1 });
    await rehearsal.until(`SELECT 1 FROM applications HAVING count(*) FILTER (WHERE failures > 0) > 0`);
    await sway(rehearsal, 'pan', flawless);
    await rehearsal.drained();
    const answers = (await rehearsal.decisions()).map(({ answer }) => answer);
    expect(answers).toHaveLength(60);
    const { aadhaar = 0, pan = 0, face = 0, address = 0 } = await calls(rehearsal);
    expect(aadhaar).toBe(60 - answers.filter((answer) => answer === 'rejected').length);
    expect([face, address]).toEqual([aadhaar, aadhaar]);
    expect(pan).toBeGreaterThan(aadhaar);
  });

  it('goes on with what a killed worker had in hand', async () => {
    await using rehearsal = await Rehearsal.open(shared, target, {});
    // Slow enough to be killed in the middle of its calls.
    await sway(rehearsal, 'face-match', { latencyMs: 1_500 });
    await rehearsal.send(applications(0, 30).map((operation) => [operation]));
    const instances = await rehearsal.start({ count: 1, restart: false });
    await rehearsal.until(`SELECT 1 FROM applications WHERE due_at > now()`);
    const doomed = instances.find(({ spec }) => spec.name === 'kyc-worker');
    await doomed?.kill();
    await sway(rehearsal, 'face-match', { latencyMs: 100 });
    await rehearsal.start({ count: 1 });
    await rehearsal.drained();
    expect(new Set((await rehearsal.decisions()).map(({ op }) => op)).size).toBe(30);
  });

  it('puts what it cannot read aside and goes on with the partition', async () => {
    await using rehearsal = await Rehearsal.open(shared, target, {});
    const topic = 'kyc-applications';
    const poison = ['not json', '{"applicationId":"x"}', '{"applicationId":"7","applicant":"a7","aadhaarName":"R"}'];
    await rehearsal.sendRaw(poison.map((value) => ({ topic, key: 'a0', value })));
    await rehearsal.send([[world.operation(0)]]);
    await rehearsal.start({ count: 1 });
    await rehearsal.drained();
    const letters = (await rehearsal.records('internal')).filter((record) => record.topic === 'kyc-dead-letters');
    expect(letters.map(({ value }) => value)).toEqual(poison);
    expect(await rehearsal.decisions()).toHaveLength(1);
  });
});
