import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { unavailable } from '../../errors.ts';
import type { Session } from '../../session/session.ts';

const run = promisify(execFile);
const commandWithinMs = 30_000;
/** Linux's capabilities(7) numbers it 21. */
const capSysAdmin = 1n << 21n;
/** Longer than any drill. */
const ttlMs = 24 * 3_600_000;

/** Why this machine cannot create such a volume, and what to do; null if it can. */
export function lackingForVolume(): string | null {
  if (process.platform !== 'linux') return 'a size-limited volume needs a loop device, which only Linux has';
  if (process.getuid?.() !== 0)
    return 'only root can mount a size-limited volume: run toofan as root (sudo -E npx toofan …)';
  if (!mayMount())
    return 'a size-limited volume needs a loop device and the right to mount it, which this container lacks (docker run --privileged)';
  return null;
}

/** Root of a container may be root without the capability to mount. */
function mayMount(): boolean {
  const effective = /^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0';
  return (BigInt(`0x${effective}`) & capSysAdmin) !== 0n && existsSync('/dev/loop-control');
}

/**
 * A file system of limited size in the session's folder, mounted until the session ends: its contents outlive the server that
 * writes them. Resolves to its mount point; its folder `data` is writable for everybody.
 */
export async function mountLogVolume(session: Session, sizeMiB: number): Promise<string> {
  const lacking = lackingForVolume();
  if (lacking !== null) throw unavailable(lacking);
  const image = join(session.folder, 'log-volume.img');
  const folder = join(session.folder, 'log-volume');
  await mkdir(folder);
  session.lease([['sh', '-c', 'if mountpoint -q "$1"; then umount "$1"; fi', 'sh', folder]], ttlMs);
  try {
    // Sparse: it occupies only what is written.
    await run('truncate', ['-s', `${sizeMiB}M`, image], { timeout: commandWithinMs });
    // No blocks reserved for root: full means full.
    await run('mkfs.ext4', ['-q', '-F', '-m', '0', image], { timeout: commandWithinMs });
    await run('mount', ['-o', 'loop', image, folder], { timeout: commandWithinMs });
  } catch (error) {
    throw unavailable(`no size-limited volume for Kafka's log: ${(error as Error).message.trim()}`, error);
  }
  // Not the root of the file system: its lost+found is no partition of a topic.
  const data = join(folder, 'data');
  await mkdir(data);
  await chmod(data, 0o777);
  return folder;
}
