import { tryMutants } from './try-mutants.ts';

tryMutants('kyc', 1);
