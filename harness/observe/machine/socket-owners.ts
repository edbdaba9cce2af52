import { readdirSync, readlinkSync } from 'node:fs';
import { textOf } from '../../session/text-of.ts';

/** Processes that listen on one of these local TCP ports, or are connected to one: pids, as far as we may see them. */
export function socketOwners(ports: readonly number[]): Set<number> {
  const sockets = new Set(
    ['tcp', 'tcp6']
      .flatMap((family) => socketsAt(textOf(`/proc/net/${family}`), ports))
      .map((one) => `socket:[${one}]`),
  );
  const pids = sockets.size === 0 ? [] : readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return new Set(pids.filter((pid) => openFiles(pid).some((file) => sockets.has(file))).map(Number));
}

/** `/proc/net/tcp`: the inodes of sockets with one of these ports at either end. */
export function socketsAt(text: string, ports: readonly number[]): string[] {
  return text.split('\n').flatMap((line) => {
    const [, local = '', remote = '', , , , , , , inode = '0'] = line.trim().split(/\s+/);
    const isAt = [local, remote].some((end) => ports.includes(Number.parseInt(end.split(':')[1] ?? '', 16)));
    return isAt && inode !== '0' ? [inode] : [];
  });
}

function openFiles(pid: string): string[] {
  try {
    const folder = `/proc/${pid}/fd`;
    return readdirSync(folder).map((fd) => linkOf(`${folder}/${fd}`));
  } catch {
    return []; // It has ended, or is somebody else's to look at.
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
