import { startWorker } from '../../../worker/start-worker.ts';
import { mutationNamed } from '../mutations.ts';
import { consumeAddMoney } from './consume-add-money.ts';

const mutation = mutationNamed(process.env['TOOFAN_MUTANT']);
await consumeAddMoney(await startWorker('add-money-worker'), mutation, process.env['TOOFAN_CRASH_AT']);
