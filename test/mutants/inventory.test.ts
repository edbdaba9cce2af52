import { tryMutants } from './try-mutants.ts';

tryMutants('inventory', 5);
