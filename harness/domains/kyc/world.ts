import type { ExpectedLoad, Operation, World } from '../domain.ts';
import { randomBelow, randomFloat } from '../random.ts';
import { openForms } from './forms.ts';
import { defaultResubmitted } from './spec.ts';
import type { KycWorldSpec } from './spec.ts';

/** Every arrival is one application; `op` is its number. */
export const slotsPerArrival = 1;
/** Rupees 8.50 in paise: the cost of an application that calls each service once (source 722-728). */
const plannedCostPaise = 850;
const premiumShare = 0.1;
/** The second attempt comes this many arrivals after the first: one of these, so that none is counted twice. */
const resubmittedAfter = [1, 30, 400, 2_500] as const;
const stream = { resubmitted: 1, resubmittedAfter: 2, premium: 3 } as const;

/** Everybody who applies in a drill; application `op` belongs to applicant `a<op>`, a pure function of (seed, op). */
export function openKycWorld(spec: KycWorldSpec, seed: number, load: ExpectedLoad): World {
  const forms = openForms(spec, seed);
  const resubmitted = spec.resubmitted ?? defaultResubmitted;
  const again = (op: number): number =>
    randomFloat(seed, op, stream.resubmitted) < resubmitted
      ? (resubmittedAfter[randomBelow(seed, op, stream.resubmittedAfter, resubmittedAfter.length)] ?? -1)
      : -1;
  return {
    opening: [],
    catalogue: Array.from({ length: load.arrivals }, (_, op) => {
      const { name, category } = forms(op);
      return { key: keyOf(op), name, category, pricePaise: plannedCostPaise };
    }),
    arrivalOf: (op) => op,
    operation(op): Operation {
      if (!Number.isSafeInteger(op) || op < 0) throw new RangeError(`no operation ${op} in this world`);
      return {
        op,
        kind: 'application',
        subjectOp: null,
        key: keyOf(op),
        otherKey: null,
        quantity: 1,
        amountPaise: plannedCostPaise,
        class: randomFloat(seed, op, stream.premium) < premiumShare ? 'premium' : 'regular',
        detail: { ...forms(op).application },
      };
    },
    arrival(arrival, visit) {
      visit(arrival, 1);
      for (const after of resubmittedAfter)
        if (after <= arrival && again(arrival - after) === after) visit(arrival - after, 2);
    },
  };
}

/** `a42`: the applicant of application 42 on every topic and in every table. */
const keyOf = (op: number): string => `a${op}`;
