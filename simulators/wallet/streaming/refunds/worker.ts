import { startWorker } from '../../../worker/start-worker.ts';
import { mutationNamed } from '../mutations.ts';
import { consumeRefunds } from './consume-refunds.ts';

const mutation = mutationNamed(process.env['TOOFAN_MUTANT']);
await consumeRefunds(await startWorker('refund-worker'), mutation, process.env['TOOFAN_CRASH_AT']);
