import { startWorker } from '../../../worker/start-worker.ts';
import { consumeDetails } from './consume-details.ts';

await consumeDetails(await startWorker('details-worker'));
