import { describe, expect, it } from 'vitest';
import { compileLoad } from '../harness/load/load-curve.ts';
import { demonetisationPaytm } from './demonetisation-paytm.ts';
import { demonetisationPhonepe } from './demonetisation-phonepe.ts';
import { upiNovember2016 } from './upi-november-2016.ts';

describe('the load of November 2016', () => {
  it("goes through the chronicle's payments an hour at its hours, at PhonePe", () => {
    const { load, timeScale } = demonetisationPhonepe;
    const { phases, rateAt } = compileLoad(load, 1);
    const beganMs = phases.find(({ warmUp }) => !warmUp)?.startMs ?? 0;
    const perHour = [0, 1, 3, 10, 13, 16, 19].map((hour) =>
      Math.round(3_600 * rateAt(beganMs + (hour * 3_600_000) / timeScale)),
    );
    expect(perHour).toEqual([10_000, 25_000, 100_000, 500_000, 800_000, 1_200_000, 1_000_000]);
    const claim = phases.find(({ name }) => name === 'claim');
    expect(rateAt(claim?.startMs ?? 0)).toBe(5_000);
  });

  it('grows from the normal peak to thirty times of it, at Paytm', () => {
    const { phases, rateAt } = compileLoad(demonetisationPaytm.load, 1);
    const at = (name: string): number => rateAt(phases.find((phase) => phase.name === name)?.startMs ?? 0);
    expect(['20:00', '20:30', '22:30'].map(at)).toEqual([5_000, 15_000, 150_000]);
  });

  it("adds up to a hundredth of what UPI's operator counted each month", () => {
    const { phases } = compileLoad(upiNovember2016.load, upiNovember2016.loadScale);
    const months = ['november', 'december', 'january'].map(
      (month) => phases.find(({ name }) => name === month)?.arrivals,
    );
    // 285,402, 1,967,140 and 4,152,724; a payment in the middle of two months counts for the odd one.
    expect(months).toEqual([2_854, 19_671, 41_528]);
  });
});
