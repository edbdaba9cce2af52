import { it } from 'vitest';
import { drill } from 'toofan/vitest';
import { expectFrozen, expectSeen, frozen } from './a-frozen-database.ts';

it('is killed in the middle of a fault', async () => {
  await Promise.race([drill('smoke', frozen), expectFrozen()]);
  await expectSeen();
  process.kill(process.pid, 'SIGKILL');
});
