import { once } from 'node:events';
import { createHash } from 'node:crypto';
import { readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { downloadEnvironment } from '../../environment.ts';
import { unavailable } from '../../errors.ts';
import type { Session } from '../../session/session.ts';
import { cacheFolder, exists, makeCacheFolder } from './cache-folder.ts';
import { installMaven, onPath } from './on-path.ts';

const pomFile = fileURLToPath(new URL('../../../pom.xml', import.meta.url));
const staleAfterMs = 3_600_000;

/** The jars' folder: one per version of pom.xml. It appears under this name only when complete. */
export async function jarFolder(): Promise<string> {
  const digest = createHash('sha256')
    .update(await readFile(pomFile))
    .digest('hex');
  return join(cacheFolder(), `jars-${digest.slice(0, 12)}`);
}

/**
 * The sha256 of every jar, from `sha256sum *.jar`; update it after changing pom.xml. What runs is what was tried, whatever a
 * mirror delivers.
 */
const pinnedFile = fileURLToPath(new URL('./jars.sha256', import.meta.url));

/** Folders whose jars this process has already checked: that takes a third of a second. */
const verified = new Set<string>();

/** Rejects (69) unless a folder's jars are exactly the pinned ones; `mend` says what to do then. */
export async function requirePinned(folder: string, mend: string): Promise<void> {
  if (verified.has(folder)) return;
  const pinned = new Map<string, string>();
  for (const line of (await readFile(pinnedFile, 'utf8')).split('\n')) {
    const [sha256, name] = line.split(/\s+/);
    if (sha256 !== undefined && name !== undefined) pinned.set(name, sha256);
  }
  const there = (await readdir(folder)).filter((name) => name.endsWith('.jar'));
  const wrong = [...pinned.keys()].filter((name) => !there.includes(name)).map((name) => `${name} is missing`);
  for (const name of there) {
    const expected = pinned.get(name);
    const found = createHash('sha256')
      .update(await readFile(join(folder, name)))
      .digest('hex');
    if (expected === undefined) wrong.push(`${name} does not belong there`);
    else if (found !== expected) wrong.push(`${name} has sha256 ${found} instead of ${expected}`);
  }
  if (wrong.length > 0)
    throw unavailable(`the jars in ${folder} are not those of Kafka: ${wrong.slice(0, 3).join('; ')}. ${mend}`);
  verified.add(folder);
}

/** Fetches the jars if they are missing, and returns their folder. Rejects (69) if they are not the pinned ones. */
export async function fetchJars(session: Session, progress: (line: string) => void): Promise<string> {
  const folder = await jarFolder();
  if (await exists(folder)) {
    await requirePinned(folder, 'Remove the folder and run again');
    return folder;
  }
  const maven = await onPath('mvn');
  if (maven === undefined) {
    throw unavailable(
      `Maven is not installed: the local stack needs it once, to fetch Kafka. Install it: ${installMaven()}`,
    );
  }
  await makeCacheFolder(cacheFolder());
  await removeStaleDownloads();
  const unfinished = join(cacheFolder(), `download-${session.id}`);
  progress('fetching Kafka from Maven Central (about 67 MB, once)');
  try {
    await runMaven(session, maven, unfinished, progress);
    await requirePinned(unfinished, "Something between here and Maven Central changed them: check Maven's mirrors");
    // Renaming is atomic; if another run was first, its folder is as good.
    await rename(unfinished, folder).catch(async (error: unknown) => {
      if (!(await exists(folder))) throw error;
    });
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  return folder;
}

async function runMaven(
  session: Session,
  maven: string,
  into: string,
  progress: (line: string) => void,
): Promise<void> {
  const child = session.spawn(
    maven,
    [
      '-B',
      '-f',
      pomFile,
      'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies',
      `-DoutputDirectory=${into}`,
    ],
    { cwd: session.folder, env: downloadEnvironment(), stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const ended = once(child, 'exit') as Promise<[number | null]>;
  const errors: string[] = [];
  let fetched = 0;
  if (child.stdout === null || child.stderr === null) throw new Error('Maven was started without pipes');
  child.stderr.on('data', (chunk: Buffer) => errors.push(chunk.toString().trimEnd()));
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.startsWith('[ERROR]')) errors.push(line);
    if (!line.includes('Downloaded from') || !line.includes('.jar')) continue;
    fetched += 1;
    if (fetched % 10 === 0) progress(`fetching Kafka: ${fetched} jars so far`);
  }
  const [code] = await ended;
  if (code !== 0) {
    throw unavailable(
      `Maven could not fetch Kafka (exit code ${code}); can this machine reach Maven Central?\n${errors.slice(0, 5).join('\n')}`,
    );
  }
}

/** A killed run's incomplete download. */
async function removeStaleDownloads(): Promise<void> {
  for (const name of await readdir(cacheFolder())) {
    if (!name.startsWith('download-')) continue;
    const path = join(cacheFolder(), name);
    const age = Date.now() - ((await stat(path).catch(() => undefined))?.mtimeMs ?? Date.now());
    if (age > staleAfterMs) await rm(path, { recursive: true, force: true });
  }
}
