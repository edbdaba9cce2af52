import { tryMutants } from './try-mutants.ts';

tryMutants('wallet', 1);
