import { describe, expect, it } from 'vitest';
import { auditsProbe } from '../../harness/observe/audits.ts';
import { databaseProbe } from '../../harness/observe/database.ts';
import { diskProbe } from '../../harness/observe/disk.ts';
import { KafkaLog } from '../../harness/observe/kafka-log.ts';
import { lagProbe } from '../../harness/observe/lag.ts';
import { memoryProbe } from '../../harness/observe/memory.ts';
import type { Probe } from '../../harness/observe/probe.ts';
import { processesProbe } from '../../harness/observe/processes.ts';
import { redisProbe } from '../../harness/observe/redis.ts';
import { startProcesses } from '../../harness/target/start-processes.ts';
import { dependencySpec } from '../../simulators/dependencies/dependency-spec.ts';
import { target } from '../../simulators/inventory/streaming/target.ts';
import { sharedStack } from '../shared-stack.ts';

const shared = sharedStack(target.needs);

const audit = (name: string, sql: string) => ({ name, store: 'main', sql });

/** One sample of a probe: value by `probe subject`. */
async function look(probe: Probe): Promise<Record<string, number | null>> {
  const readings = await probe.sample();
  return Object.fromEntries(readings.map((one) => [[one.probe, one.subject].filter(Boolean).join(' '), one.value]));
}

describe('probes look at the real thing', () => {
  it('a database that answers, one that is gone, and the same one back', async () => {
    const { stack } = shared;
    const { direct, forTarget } = stack;
    const [at, user] = [direct.postgres['main'], forTarget.postgres['main']?.user];
    if (at === undefined || user === undefined) throw new Error('the stack has no Postgres');
    await using probe = databaseProbe('main', at, user);
    expect(await look(probe)).toEqual({
      'up postgres:main': 1,
      'roundTrip postgres:main': expect.any(Number),
      'connections postgres:main': 0,
      'lockWaits postgres:main': 0,
    });
    const part = stack.parts.get('postgres:main');
    await part?.kill();
    expect(await look(probe)).toEqual({ 'up postgres:main': 0 });
    await part?.start();
    expect(await look(probe)).toMatchObject({ 'up postgres:main': 1 });
  });

  it('the audits of a store, each in a snapshot that writes nothing, and none while it is away', async () => {
    const { stack } = shared;
    const at = stack.direct.postgres['main'];
    if (at === undefined) throw new Error('the stack has no Postgres');
    const isolation = `select current_setting('transaction_isolation') = 'repeatable read' and current_setting('transaction_read_only')::bool`;
    await using probe = auditsProbe(
      [
        audit('ledger', 'select sum(paise) from (values (-250::bigint), (100), (150)) v(paise)'),
        audit('broken', 'select sum(paise) from nowhere'),
        audit('empty', 'select sum(paise) from (values (1)) v(paise) where paise > 1'),
        audit('isolated', `select (${isolation})::int`),
      ],
      at,
    );
    expect(await probe.sample()).toEqual([
      { probe: 'audit', subject: 'ledger', value: 0, unit: 'paise' },
      { probe: 'audit', subject: 'isolated', value: 1, unit: 'paise' },
    ]);
    const part = stack.parts.get('postgres:main');
    await part?.kill();
    expect(await look(probe)).toEqual({});
    await part?.start();
    expect(await look(probe)).toEqual({ 'audit ledger': 0, 'audit isolated': 1 });
  });

  it('Redis that answers, that is gone, and that is back', async () => {
    const { stack } = shared;
    if (stack.direct.redis === undefined) throw new Error('the stack has no Redis');
    await using probe = redisProbe(stack.direct.redis);
    expect(await look(probe)).toEqual({ 'up redis': 1, 'roundTrip redis': expect.any(Number), 'keys redis': 0 });
    const part = stack.parts.get('redis');
    await part?.kill();
    expect(await look(probe)).toEqual({ 'up redis': 0 });
    await part?.start();
    await expect.poll(() => look(probe), { timeout: 10_000 }).toMatchObject({ 'up redis': 1 });
  });

  it('a log that nobody reads yet', async () => {
    await using log = new KafkaLog(shared.stack.direct.kafka);
    const starts = await log.endOffsets(Object.keys(target.needs.topics));
    const probe = lagProbe(log, target, starts);
    expect(await look(probe)).toMatchObject({ 'up kafka': 1, decided: 0 });
    // A broker creates its topic of groups on first use.
    await expect
      .poll(() => look(probe), { timeout: 20_000 })
      .toEqual({ 'up kafka': 1, decided: 0, 'lag inventory': 0 });
  });

  it('processes that answer, and one that was killed', async () => {
    await using processes = await startProcesses(shared.session, [dependencySpec('recommendations')]);
    expect(await look(processesProbe(processes))).toEqual({ 'up recommendations-0': 1 });
    expect((await look(memoryProbe(processes)))['memory recommendations-0']).toBeGreaterThan(10);
    await processes.instances[0]?.kill();
    expect(await look(processesProbe(processes))).toEqual({ 'up recommendations-0': 0 });
    expect(await look(memoryProbe(processes))).toEqual({});
  });

  it('the free share of a disk', async () => {
    const free = (await look(diskProbe(shared.session.folder)))['diskFree kafka'];
    expect(free).toBeGreaterThan(0);
    expect(free).toBeLessThan(1);
  });
});
