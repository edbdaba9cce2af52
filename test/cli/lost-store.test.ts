import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { leftBehind } from '../stack/remains.ts';
import { childOf, emptyFolder, readAborted, sessionOf, startToofan } from '../toofan.ts';
import { nightly } from '../nightly.ts';

const preparing = 'Preparing a clean stack';
const starting = 'Starting inventory/streaming';

/** Each store's command; Java is also run for its version. */
const commands = { kafka: /kafka\.Kafka/, 'postgres:main': /^\S*\/postgres /, redis: /^\S*redis-server / };
const noPostgres = /^toofan: no answer from postgres:main/;

/** What happens to a store while a drill starts, and the resulting message. */
const losses = [
  { signal: 'SIGKILL', store: 'kafka', after: null, said: /kafka did not start: it ended with SIGKILL/ },
  { signal: 'SIGKILL', store: 'postgres:main', after: preparing, said: noPostgres },
  // A stopped store accepts connections and does not answer.
  { signal: 'SIGSTOP', store: 'redis', after: preparing, said: /^toofan: no answer from redis/ },
  { signal: 'SIGKILL', store: 'postgres:main', after: starting, said: noPostgres },
] as const;

async function expectNamed({ store, signal, after, said }: (typeof losses)[number]): Promise<void> {
  await using folder = await emptyFolder();
  const running = startToofan(['run', 'smoke', '--stack', 'local', '--out', 'out'], folder.path);
  const session = await sessionOf(running);
  if (after !== null) await running.printed(after);
  process.kill((await childOf(running, commands[store])).pid, signal);
  const { code, stderr } = await running.finished;
  expect(stderr).toMatch(said);
  expect(stderr).not.toMatch(/our own bug/);
  expect(code).toBe(69);
  expect(await leftBehind(session, 10_000)).toEqual([]);
  expect((await readAborted(join(folder.path, 'out'))).why).toMatch(/did not start|no answer from/);
}

describe.skipIf(process.platform !== 'linux')('a store that is lost while a drill begins', () => {
  it('is named where the broker gets SIGKILL, and no process or session is left', () => expectNamed(losses[0]));
  it.skipIf(!nightly).each(losses.slice(1))(
    'is named where $store gets $signal after $after, and no process or session is left',
    (loss) => expectNamed(loss),
  );
});
