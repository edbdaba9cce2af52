/**
 * Holds the lock on the stores whose addresses are its argument (JSON), and reports that; until it is killed, or for a minute.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { lockStores } from '../../harness/stack/external/lock-stores.ts';
import type { Addresses } from '../../harness/stack/stack.ts';

await using lock = await lockStores(JSON.parse(process.argv[2] ?? '') as Addresses);
process.stdout.write(`${typeof lock}\n`);
await delay(60_000);
