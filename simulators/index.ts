import type { Mutant, Target } from 'toofan';
import { target as legacyBatch } from './inventory/legacy-batch/target.ts';
import { target as monolith2020 } from './inventory/monolith-2020/target.ts';
import { target as optimisticHotfix } from './inventory/optimistic-hotfix/target.ts';
import { target as resilient } from './inventory/resilient-2021/target.ts';
import { mutants as inventoryMutants } from './inventory/streaming/mutants.ts';
import { target as streaming } from './inventory/streaming/target.ts';
import { mutants as kycMutants } from './kyc/pipeline/mutants.ts';
import { target as kycPipeline } from './kyc/pipeline/target.ts';
import { mutants as storefrontMutants } from './inventory/storefront/mutants.ts';
import { target as storefront } from './inventory/storefront/target.ts';
import { mutants as walletMutants } from './wallet/streaming/mutants.ts';
import { target as walletStreaming } from './wallet/streaming/target.ts';
import { target as emergencyWallet } from './wallet/emergency/target.ts';
import { target as legacyWallet } from './wallet/legacy-batch/target.ts';

/** The systems under test that come with the harness. */
export const targets: readonly Target[] = [
  legacyBatch,
  optimisticHotfix,
  streaming,
  monolith2020,
  resilient,
  storefront,
  walletStreaming,
  legacyWallet,
  emergencyWallet,
  kycPipeline,
];

/** Their variants that are broken on purpose. */
export const mutants: readonly Mutant[] = [...inventoryMutants, ...storefrontMutants, ...walletMutants, ...kycMutants];
