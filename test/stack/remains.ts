import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { labelName } from '../../harness/session/clean.ts';
import { askEngine } from '../../harness/session/container-engine.ts';
import { ownProcesses } from '../../harness/session/own-processes.ts';
import { findEngine } from '../../harness/stack/containers/find-engine.ts';
import { lookUntil, NotYet } from '../../harness/eventually.ts';

/** A session, as reported by a harness in a separate process. */
export interface Begun {
  readonly id: string;
  readonly folder: string;
}

/** Everything that exists of a session: processes, its janitor, its folder, its mounts, its containers. */
export async function remains({ id, folder }: Begun): Promise<string[]> {
  const own = (await ownProcesses(id, folder, [])).map((pid) => `process ${pid}`);
  const janitors = (await commandLines()).filter((line) => line.includes(`janitor.ts ${id}`));
  const engine = await findEngine();
  const filter = encodeURIComponent(JSON.stringify({ label: [`${labelName}=${id}`] }));
  const listed =
    engine.state === 'answers'
      ? (await askEngine(engine.engine, 'GET', `/containers/json?all=1&filters=${filter}`, 5_000)).body
      : [];
  const left = (listed as { Id: string }[]).map(({ Id }) => `container ${Id}`);
  const mounts = (await readFile('/proc/mounts', 'utf8')).split('\n').filter((line) => line.includes(folder));
  return [...own, ...janitors, ...left, ...mounts, ...(existsSync(folder) ? [folder] : [])];
}

async function commandLines(): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')));
  return lines.map((line) => line.replaceAll('\0', ' '));
}

/** Waits, with a bound, until nothing is left; resolves to what is. */
export async function leftBehind(begun: Begun, withinMs = 20_000): Promise<string[]> {
  let left: string[] = [];
  const look = async () => {
    left = await remains(begun);
    return left.length === 0 ? undefined : new NotYet('something remains');
  };
  await lookUntil(look, { withinMs });
  return left;
}
