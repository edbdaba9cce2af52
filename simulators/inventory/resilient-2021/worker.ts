import { armCrashPoint } from '../../worker/crash-point.ts';
import { startWorker } from '../../worker/start-worker.ts';
import { crashPoints } from '../streaming/crash-points.ts';
import { consumeOrders } from './consume-orders.ts';
import { kafkaPatience } from './settings.ts';

const crash = armCrashPoint(process.env['TOOFAN_CRASH_AT'], crashPoints);
await consumeOrders(await startWorker('etl-worker', kafkaPatience), crash);
