import { resolve } from 'node:path';
import type { ToofanConfig } from '../../../config.ts';
import type { Scenario } from '../../../scenario/scenario.ts';
import type { Session } from '../../../session/session.ts';
import { findEngine } from '../../../stack/containers/find-engine.ts';
import { findGoProgram, installedGoProgram, k6 } from '../../../stack/tools/go-program.ts';
import { presentImages } from '../../../stack/containers/images.ts';
import { onPath } from '../../../stack/tools/on-path.ts';

/** How to start a program: what precedes its own arguments. */
export interface Command {
  readonly program: string;
  readonly args: readonly string[];
}

/** The image used if k6 itself is not installed. */
export const k6Image = ({ images }: ToofanConfig): string => images?.k6 ?? 'grafana/k6:1.8.1';
const ownFolder = resolve(import.meta.dirname, '../../../..');

/**
 * k6 from PATH or an earlier build, else its image if this machine's engine has it, else a build with Go. `folder` holds the
 * journeys. Rejects (69), saying what to install, if none is available.
 */
async function findK6(
  session: Session,
  config: ToofanConfig,
  folder: string,
  progress: (line: string) => void,
): Promise<Command> {
  const found = await findGoProgram(k6);
  if (found !== undefined) return { program: found, args: [] };
  const contained = await k6InContainer(session, k6Image(config), folder);
  if (contained !== undefined) return contained;
  return { program: await installedGoProgram(k6, session, progress), args: [] };
}

/** k6, if one of the scenarios has HTTP shoppers. */
export const k6For = async (
  scenarios: readonly Pick<Scenario, 'visits'>[],
  ...asked: Parameters<typeof findK6>
): Promise<Command | undefined> =>
  scenarios.some(({ visits }) => visits !== undefined) ? await findK6(...asked) : undefined;

/**
 * k6 in a container that sees this machine's loopback and, at their own paths, the files of session, Toofan and journeys;
 * undefined if the image is missing, or the engine runs on another system. The container ends with the session.
 */
export async function k6InContainer(session: Session, image: string, folder: string): Promise<Command | undefined> {
  const [docker, engine] = [await onPath('docker'), await findEngine()];
  if (process.platform !== 'linux' || docker === undefined || engine.state !== 'answers') return undefined;
  if (!(await presentImages(engine.engine, [image])).has(image)) return undefined;
  session.usesEngine(engine.engine);
  const labels = Object.entries(session.label).flatMap(([name, value]) => ['--label', `${name}=${value}`]);
  const volumes = [
    `${session.folder}:${session.folder}`,
    ...[...new Set([ownFolder, folder])].map((one) => `${one}:${one}:ro`),
  ];
  // Go settings in docker's environment apply in the container too.
  const settings = ['GOGC', 'GOMEMLIMIT'].flatMap((name) => ['--env', name]);
  const user = `${process.getuid?.() ?? 0}:${process.getgid?.() ?? 0}`;
  const args = ['--host', engine.address, 'run', '--rm', '--network', 'host', '--user', user, ...settings, ...labels];
  return { program: docker, args: [...args, ...volumes.flatMap((volume) => ['--volume', volume]), image] };
}
