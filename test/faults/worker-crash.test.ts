import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runFaults } from '../../harness/drill/scheduled-faults.ts';
import { workerCrash } from '../../harness/faults/worker-crash.ts';
import type { FaultContext } from '../../harness/faults/fault.ts';
import type { Session } from '../../harness/session/session.ts';
import { startSession } from '../../harness/session/start-session.ts';
import type { TargetProcesses } from '../../harness/target/processes.ts';
import { startProcesses } from '../../harness/target/start-processes.ts';
import type { ProcessSpec } from '../../harness/target/processes.ts';

const serve = `require('node:http').createServer((_, answer) => answer.end('ok')).listen(process.env.PORT, '127.0.0.1')`;

const worker = (more: Partial<ProcessSpec> = {}): ProcessSpec => ({
  name: 'worker',
  command: [process.execPath, '-e', serve],
  env: {},
  count: 2,
  ready: { path: '/healthz' },
  ...more,
});
const never = new AbortController().signal;
const steady = Promise.resolve(null);

// The fault touches only processes.
const context = (session: Session, processes: TargetProcesses, signal = never) =>
  ({ session, processes, timeScale: 1, signal }) as unknown as FaultContext;

describe('the processes of a target', () => {
  it('are ready when they answer, and gone when they are disposed', async () => {
    await using session = await startSession();
    const processes = await startProcesses(session, [worker()]);
    const pids = processes.instances.map(({ pid }) => pid);
    expect(pids.every((pid) => pid !== undefined && process.kill(pid, 0))).toBe(true);
    await processes[Symbol.asyncDispose]();
    for (const pid of pids) expect(() => process.kill(pid ?? 0, 0)).toThrow(/ESRCH/);
  });

  it('that end before they are ready are refused with the end of their log', async () => {
    await using session = await startSession();
    const broken = worker({ command: [process.execPath, '-e', 'console.error("no such topic"); process.exit(3)'] });
    await expect(startProcesses(session, [broken])).rejects.toThrow(
      /worker-\d did not become ready: .*exit code 3[\s\S]*no such topic/,
    );
  });

  it('may say that they are ready in a line', async () => {
    await using session = await startSession();
    const talking = worker({
      command: [
        process.execPath,
        '-e',
        'console.log("warming"); setTimeout(() => console.log("open for business"), 100); setInterval(() => {}, 1000)',
      ],
      ready: { line: 'open for business' },
      count: 1,
    });
    await using processes = await startProcesses(session, [talking]);
    expect(processes.instances[0]?.logs()).toContain('open for business');
  });

  it('that cannot be started at all are refused', async () => {
    await using session = await startSession();
    await expect(startProcesses(session, [worker({ command: ['no-such-program'] })])).rejects.toThrow(
      /did not become ready/,
    );
  });
});

describe('worker-crash', () => {
  it('kills, shows that it struck, restarts on the same port, and shows that it healed', async () => {
    await using session = await startSession();
    await using processes = await startProcesses(session, [worker()]);
    const before = processes.instances.map(({ pid, port }) => ({ pid, port }));
    const stages: string[] = [];
    const [record] = await runFaults(
      [{ spec: workerCrash({ count: 1, downFor: '200ms' }), atMs: Date.now() }],
      context(session, processes),
      steady,
      (name, stage) => stages.push(`${name} ${stage}`),
    );
    expect(record).toMatchObject({ verified: true, healed: true });
    expect(stages).toEqual(['worker-crash commanded', 'worker-crash verified', 'worker-crash healed']);
    const after = processes.instances.map(({ pid, port }) => ({ pid, port }));
    expect(after[0]?.pid).not.toBe(before[0]?.pid);
    expect(after[0]?.port).toBe(before[0]?.port);
    expect(after[1]).toEqual(before[1]);
  });

  it.each([
    { restart: 'always', healed: true },
    { restart: undefined, healed: false },
  ] as const)(
    'of a worker that ends once more while it starts has healed: $healed, where it is restarted: $restart',
    async ({ restart, healed }) => {
      await using session = await startSession();
      const away = join(session.folder, 'what-it-needs-is-away');
      const endsOnce = `const fs = require('node:fs'); if (fs.existsSync(process.env.AWAY)) { fs.rmSync(process.env.AWAY); process.exit(1); }`;
      const needy = worker({
        command: [process.execPath, '-e', `${endsOnce} ${serve}`],
        env: { AWAY: away },
        count: 1,
        ...(restart !== undefined && { restart }),
      });
      await using processes = await startProcesses(session, [needy]);
      const [record] = await runFaults(
        [{ spec: workerCrash({ downFor: '200ms' }), atMs: Date.now() }],
        context(session, processes),
        steady,
        (_, stage) => {
          if (stage === 'verified') writeFileSync(away, '');
        },
      );
      expect(record).toMatchObject({ verified: true, healed });
    },
  );

  it('that finds nothing to kill is not verified', async () => {
    await using session = await startSession();
    await using processes = await startProcesses(session, [worker({ count: 1 })]);
    const [record] = await runFaults(
      [{ spec: workerCrash({ process: 'somebody-else', downFor: '1s' }), atMs: Date.now() }],
      context(session, processes),
      steady,
      () => {},
    );
    expect(record).toMatchObject({ verified: false });
    expect(record?.detail).toMatch(/has no process 'somebody-else'/);
  });

  it('is not begun where the pipeline was not steady before it', async () => {
    await using session = await startSession();
    await using processes = await startProcesses(session, [worker({ count: 1 })]);
    const [before] = processes.instances;
    const pid = before?.pid;
    const [record] = await runFaults(
      [{ spec: workerCrash({ downFor: '1s' }), atMs: Date.now() }],
      context(session, processes),
      Promise.resolve('inventory is 9000 messages behind'),
      () => {},
    );
    expect(record).toMatchObject({ verified: false, healed: true });
    expect(record?.detail).toMatch(/skipped: the pipeline was not steady: inventory is 9000 messages behind/);
    expect(before?.pid).toBe(pid);
  });

  it('is healed at once when the drill ends, and not struck when it was not yet due', async () => {
    await using session = await startSession();
    await using processes = await startProcesses(session, [worker({ count: 1 })]);
    const end = new AbortController();
    const running = runFaults(
      [
        { spec: workerCrash({ downFor: '1h' }), atMs: Date.now() },
        { spec: workerCrash({ downFor: '1s' }), atMs: Date.now() + 3_600_000 },
      ],
      context(session, processes, end.signal),
      steady,
      (_, stage) => {
        if (stage === 'verified') end.abort();
      },
    );
    const [struck, early] = await running;
    expect(struck).toMatchObject({ verified: true, healed: true });
    expect(early).toMatchObject({ verified: false, detail: 'the drill ended before it was due' });
    expect(processes.instances[0]?.pid).toBeDefined();
  });
});
