import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const answersWithinMs = 20_000;

/** A program's path on PATH; undefined if it is not there. */
export async function onPath(program: string): Promise<string | undefined> {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const path = join(folder, program);
    if (folder !== '' && (await isExecutable(path))) return path;
  }
  return undefined;
}

const isExecutable = (path: string): Promise<boolean> =>
  access(path, constants.X_OK).then(
    () => true,
    () => false,
  );

export interface Java {
  readonly path: string;
  /** 17 */
  readonly major: number;
  /** The whole output of `java -version`. */
  readonly version: string;
}

/** The Java of JAVA_HOME, else of PATH; undefined if neither runs. */
export async function findJava(): Promise<Java | undefined> {
  const home = process.env.JAVA_HOME;
  const candidates = [home === undefined || home === '' ? undefined : join(home, 'bin', 'java'), await onPath('java')];
  for (const path of candidates) {
    if (path === undefined || !(await isExecutable(path))) continue;
    // macOS has a `java` that only asks to install one; it exits with an error.
    const answer = await run(path, ['-version'], { timeout: answersWithinMs }).catch(() => undefined);
    const version = answer?.stderr.trim() ?? '';
    const major = Number(/version "(?:1\.)?(\d+)/.exec(version)?.[1]);
    if (Number.isInteger(major)) return { path, major, version };
  }
  return undefined;
}

export const leastJava = 17;

/** The command that installs a package on the user's platform. */
export function installCommand(packages: {
  readonly debian: string;
  readonly fedora: string;
  readonly brew: string;
}): string {
  if (process.platform === 'darwin') return `brew install ${packages.brew}`;
  return `sudo apt-get install -y ${packages.debian}   (Fedora, RHEL: sudo dnf install -y ${packages.fedora})`;
}

export const installDocker = () =>
  process.platform === 'darwin'
    ? 'brew install --cask docker && open -a Docker'
    : 'sudo apt-get install -y docker.io && sudo systemctl start docker';
export const installCompose = () =>
  installCommand({ debian: 'docker-compose', fedora: 'docker-compose', brew: 'docker-compose' });
export const installJava = () =>
  installCommand({ debian: 'openjdk-17-jre-headless', fedora: 'java-17-openjdk-headless', brew: 'openjdk@17' });
export const installMaven = () => installCommand({ debian: 'maven', fedora: 'maven', brew: 'maven' });
