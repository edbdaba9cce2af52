import { appendFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { topics as names } from '../../simulators/inventory/shared/topics.ts';
import { target } from '../../simulators/inventory/streaming/target.ts';
import { sharedStack } from '../shared-stack.ts';
import { append, recordCount, sql, withAdmin } from '../stack/clients.ts';
import { dump } from '../stack/dump.ts';
import { nightly } from '../nightly.ts';
import { emptyFolder, readRun, startToofan, toofan } from '../toofan.ts';

/** A local stack plays external stores that an earlier drill has used. */
const theirs = sharedStack(target.needs);

const { orders } = names;

/** Nothing listens on port 9, and no server of this stack has TLS: a client that obeyed these would fail. */
const hostile = {
  PGHOST: 'db.invalid',
  PGSSLMODE: 'require',
  PGOPTIONS: '-c statement_timeout=1',
  PGDATABASE: 'nowhere',
  NODE_PG_FORCE_NATIVE: '1',
  NODE_USE_ENV_PROXY: '1',
  HTTP_PROXY: 'http://127.0.0.1:9',
  http_proxy: 'http://127.0.0.1:9',
};

/** On a busy machine a verdict may be inconclusive; a sound pipeline is never convicted. */
const passes = (code: number): boolean => code === 0 || code === 12;

const args = (out: string) =>
  `run smoke --stack external --load-scale 0.15 --set load[2].hold=3s --set load[0].for=1s --quiet --out ${out}`.split(
    ' ',
  );

it("drills on somebody else's stores as they are set, and leaves what is not the target's", async () => {
  const { direct, forTarget, parts } = theirs.stack;
  await using folder = await emptyFolder();
  const settings =
    'log.cleanup.policy=compact\ncompression.type=zstd\nlog.retention.ms=3000\nlog.retention.check.interval.ms=500';
  await appendFile(join(theirs.session.folder, 'kafka/server.properties'), `\n${settings}\n`);
  await parts.get('kafka')?.stop();
  await parts.get('kafka')?.start();
  const { postgres, kafka } = forTarget;
  const { main = expect.fail() } = postgres;
  await sql(main, 'create schema crm; create table crm.leads as select 1 as id');
  await withAdmin(kafka, (admin) => admin.createTopics({ topics: ['payments'], partitions: 12 }));
  await append(kafka, 'payments', 'x', Date.now());
  // The local stack's topics were never marked, and one of them holds a record.
  await append(kafka, orders, 'somebody', Date.now());
  const config = `export default { external: ${JSON.stringify(forTarget)} };`;
  await writeFile(join(folder.path, 'toofan.config.ts'), config);

  const before = await dump(forTarget);
  const refused = await toofan(args('refused'), folder.path, hostile);
  expect(refused.code).toBe(69);
  expect(refused.stderr).toContain(`--empty-these-stores ${kafka.brokers[0]}/${orders}`);
  expect(await dump(forTarget)).toEqual(before);

  const run = [...args('out'), '--empty-these-stores', orders];
  const finished = await toofan(run, folder.path, hostile);
  const { stderr, stdout } = finished;
  expect(finished).toMatchObject({ code: expect.toSatisfy(passes) as number });
  expect(stderr).toContain(`Emptying ${kafka.brokers[0]}/${orders}: 1 record of the topic ${orders}`);
  expect(stdout).not.toContain('--empty-these-stores');
  const { invariants } = await readRun(join(folder.path, 'out'));
  expect(invariants.filter(({ verdict }) => verdict !== 'pass')).toEqual([]);
  expect(await sql(direct.postgres['main'] ?? main, 'select * from crm.leads')).toEqual([{ id: 1 }]);
  const { topics } = await withAdmin(kafka, (admin) => admin.metadata({ topics: ['payments'], forceUpdate: true }));
  expect(topics.get('payments')?.partitions.length).toBe(12);
  expect(await recordCount(kafka, orders, topics.get(orders)?.partitions.length ?? 4)).toBeGreaterThan(100);

  const again = await toofan(args('again'), folder.path, hostile);
  expect(again).toMatchObject({ code: expect.toSatisfy(passes) as number });
  expect(again.stderr).not.toContain('Emptying');
});

/** A folder whose toofan.config.ts names the stores. */
async function configured() {
  const folder = await emptyFolder();
  const config = `export default { external: ${JSON.stringify(theirs.stack.forTarget)} };`;
  await writeFile(join(folder.path, 'toofan.config.ts'), config);
  return folder;
}

it('a second drill on the same stores is refused, and takes nothing from the first', async () => {
  await using folder = await configured();
  const first = startToofan(
    args('first').filter((arg) => arg !== '--quiet'),
    folder.path,
  );
  await first.printed('Starting inventory/streaming');
  const second = await toofan(args('second'), folder.path);
  expect(second.stderr).toMatch(/another drill uses .*\(process \d+@/);
  expect(second.code).toBe(69);
  const { code } = await first.finished;
  expect(code).toSatisfy(passes);
});

it.skipIf(!nightly)(
  'a Postgres that is restarted in the surge convicts no sound pipeline, and the report says so',
  async () => {
    await using folder = await configured();
    const running = startToofan(
      [...args('out').filter((arg) => arg !== '--quiet'), '--set', 'load[2].hold=8s'],
      folder.path,
    );
    await running.printed('surge');
    const postgres = theirs.stack.parts.get('postgres:main');
    await postgres?.stop();
    await postgres?.start();
    const { code } = await running.finished;
    const { invariants, notes } = await readRun(join(folder.path, 'out'));
    expect(invariants.filter(({ verdict }) => verdict === 'fail')).toEqual([]);
    expect([0, 10, 12]).toContain(code);
    expect(notes.join()).toMatch(/The lock on postgres\.main/);
  },
);
