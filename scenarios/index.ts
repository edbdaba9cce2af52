import type { Scenario } from 'toofan';
import { bigBillionDay2020, bigBillionDay2020Short } from './big-billion-day-2020.ts';
import { bigBillionDay2021 } from './big-billion-day-2021.ts';
import { bigBillionDayCrash } from './big-billion-day-crash.ts';
import { bigBillionDayStorefront, storefrontMutants, storefrontSmoke } from './big-billion-day-storefront.ts';
import { bigBillionDay } from './big-billion-day.ts';
import { usualMachine } from './bounds-for.ts';
import { demonetisationClaim } from './demonetisation-claim.ts';
import { demonetisationPaytm } from './demonetisation-paytm.ts';
import { demonetisationPhonepe } from './demonetisation-phonepe.ts';
import { kycSoak } from './kyc-soak.ts';
import { kycMutants, kycSurge } from './kyc-surge.ts';
import { mutants } from './mutants.ts';
import { sale } from './sale.ts';
import { smoke } from './smoke.ts';
import { soak } from './soak.ts';
import { upiNovember2016 } from './upi-november-2016.ts';
import { walletMutants } from './wallet-mutants.ts';
import { walletSmoke } from './wallet-smoke.ts';
import { walletSoak } from './wallet-soak.ts';

const all: readonly Scenario[] = [
  bigBillionDay,
  bigBillionDay2021,
  bigBillionDayCrash,
  bigBillionDayStorefront,
  bigBillionDay2020,
  bigBillionDay2020Short,
  kycSurge,
  smoke,
  sale,
  storefrontSmoke,
  mutants,
  storefrontMutants,
  kycMutants,
  kycSoak,
  soak,
  demonetisationPhonepe,
  demonetisationClaim,
  demonetisationPaytm,
  upiNovember2016,
  walletSmoke,
  walletMutants,
  walletSoak,
];

/** Every scenario that comes with Toofan, in the order of `toofan list`. */
export const scenarios: readonly Scenario[] = all.map((scenario) => ({ boundsFor: usualMachine, ...scenario }));
