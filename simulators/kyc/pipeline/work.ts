import { setTimeout as delay } from 'node:timers/promises';
import type { Books, Claimed, Settled } from './books.ts';
import { decide, decideUnasked } from './decide.ts';
import type { Verdict } from './decide.ts';
import type { Pace, Turns } from './pace.ts';
import type { Asked, Postponed, Services } from './services.ts';
import { backoff, slowing, turnsWithinMs } from './settings.ts';
import type { Answered } from './wire.ts';

/** The steps of an application; a broken variant replaces some. */
export interface Parts {
  readonly books: Pick<Books, 'claim' | 'settle' | 'told'>;
  readonly services: Pick<Services, 'aadhaar' | 'others'>;
  readonly pace: Pick<Pace, 'take' | 'slowDown'>;
  /** What happens to an application that cannot be decided now. */
  readonly postpone: (application: Claimed, asked: Asked, postponed: Postponed) => Settled;
  readonly decide: typeof decide;
  /** Resolves once the broker has the answers. */
  readonly tell: (answers: readonly Answered[]) => Promise<void>;
}

const noTurns: Turns = { count: 0, waitMs: 0, everyMs: 0 };
/** Went back without a call: its turn would be too far away. */
const tooFar: Postponed = { why: 'limited', service: 'aadhaar', forMs: turnsWithinMs / 2 };

/** What a decision needs. */
type Deciding = Pick<Parts, 'services' | 'pace' | 'postpone' | 'decide'>;

/**
 * Handles claimed applications, all at once except for Aadhaar's turns; resolves when each is decided or knows its later time.
 */
export async function work(applications: readonly Claimed[], parts: Deciding): Promise<Settled[]> {
  const unasked = new Map(applications.map((application) => [application, decideUnasked(application.form)]));
  const waiting = applications.filter((one) => unasked.get(one) === null && one.checks.aadhaar === undefined);
  const { count, waitMs, everyMs } = waiting.length === 0 ? noTurns : await parts.pace.take(waiting.length);
  const turns = new Map(waiting.slice(0, count).map((application, i) => [application, waitMs + i * everyMs]));
  return await Promise.all(
    applications.map(async (application) => {
      const verdict = unasked.get(application);
      if (!verdict) return await ask(application, turns, parts);
      return decided(application, { checks: application.checks, paid: [], postponed: null }, verdict);
    }),
  );
}

async function ask(application: Claimed, turns: ReadonlyMap<Claimed, number>, parts: Deciding): Promise<Settled> {
  const { form, checks } = application;
  const turn = turns.get(application);
  let asked: Asked = { checks, paid: [], postponed: null };
  if (turn === undefined && checks.aadhaar === undefined) return parts.postpone(application, asked, tooFar);
  if (turn !== undefined) {
    if (turn > 0) await delay(turn);
    asked = await parts.services.aadhaar(form, checks);
    if (asked.postponed?.why === 'limited') await parts.pace.slowDown();
  }
  if (asked.postponed === null && parts.decide(form, asked.checks) === null) {
    const others = await parts.services.others(form, asked.checks);
    asked = { ...others, paid: [...asked.paid, ...others.paid] };
  }
  const verdict = parts.decide(form, asked.checks);
  if (verdict !== null) return decided(application, asked, verdict);
  // A check is missing, so a call was postponed.
  return parts.postpone(application, asked, asked.postponed ?? { why: 'failed', service: 'aadhaar', forMs: 0 });
}

const decided = ({ op, applicant, failures }: Claimed, { checks, paid }: Asked, verdict: Verdict): Settled => ({
  op,
  applicant,
  checks,
  failures,
  paid,
  next: { verdict },
});

/** Back into the queue; after too many failures a person looks. Refused and skipped calls are no failures. */
export function backIntoQueue(
  { op, applicant, failures }: Claimed,
  { checks, paid }: Asked,
  { why, service, forMs }: Postponed,
): Settled {
  if (why !== 'failed')
    return {
      op,
      applicant,
      checks,
      failures,
      paid,
      next: { dueInMs: Math.max(forMs, why === 'limited' ? slowing.pauseMs : 0) },
    };
  const soFar = failures + 1;
  if (soFar >= backoff.failures) {
    const verdict: Verdict = { answer: 'review', confidence: null, reason: `${service} could not be asked` };
    return { op, applicant, checks, failures: soFar, paid, next: { verdict } };
  }
  // Between half and all of it: those that failed together do not come back together.
  const waitMs = Math.min(backoff.longestMs, backoff.firstMs * 2 ** failures) * (0.5 + Math.random() / 2);
  return { op, applicant, checks, failures: soFar, paid, next: { dueInMs: waitMs } };
}
