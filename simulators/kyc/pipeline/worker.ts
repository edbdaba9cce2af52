import { startWorker } from '../../worker/start-worker.ts';
import { mutationNamed } from './mutations.ts';
import { verifyApplicants } from './verify-applicants.ts';

const mutation = mutationNamed(process.env['TOOFAN_MUTANT']);
await verifyApplicants(await startWorker('kyc-worker'), mutation);
