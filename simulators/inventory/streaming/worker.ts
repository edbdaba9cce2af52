import { armCrashPoint } from '../../worker/crash-point.ts';
import { startWorker } from '../../worker/start-worker.ts';
import { consumeOrders } from './consume-orders.ts';
import { crashPoints } from './crash-points.ts';
import { mutationNamed } from './mutations.ts';

const mutation = mutationNamed(process.env['TOOFAN_MUTANT']);
const crash = armCrashPoint(process.env['TOOFAN_CRASH_AT'], crashPoints);
await consumeOrders(await startWorker('inventory-worker'), mutation, crash);
