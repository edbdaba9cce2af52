import { startWorker } from '../../../worker/start-worker.ts';
import { mutationNamed } from '../mutations.ts';
import { consumePayments } from './consume-payments.ts';

const mutation = mutationNamed(process.env['TOOFAN_MUTANT']);
await consumePayments(await startWorker('payment-worker'), mutation, process.env['TOOFAN_CRASH_AT']);
