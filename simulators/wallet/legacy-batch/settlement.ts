import { Pool } from 'pg';
import { runBatch } from '../../worker/run-batch.ts';
import { mainPostgres } from './opening.ts';
import { settleMerchants } from './settle-merchants.ts';
import { settleEveryStoryMs } from './settings.ts';

await runBatch(async ({ stack }, failed) => {
  const pool = new Pool({ ...mainPostgres(stack), max: 1 });
  pool.on('error', failed('connection'));
  return {
    everyStoryMs: settleEveryStoryMs,
    async run(stopping) {
      const client = await pool.connect();
      let broken = true;
      try {
        const payments = await settleMerchants(client, stopping);
        broken = false;
        return `settled ${payments} payments`;
      } finally {
        client.release(broken);
      }
    },
    close: () => pool.end(),
  };
});
