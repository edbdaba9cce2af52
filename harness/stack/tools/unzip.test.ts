import { deflateRawSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { unzipEntry } from './unzip.ts';

/** A zip archive with one entry, as any tool writes it. */
function zip(name: string, content: string, deflated: boolean, extra: Buffer): Buffer {
  const data = deflated ? deflateRawSync(content) : Buffer.from(content);
  const local = Buffer.alloc(30);
  local.write('PK\x03\x04', 'latin1');
  local.writeUInt16LE(deflated ? 8 : 0, 8);
  local.writeUInt16LE(name.length, 26);
  local.writeUInt16LE(extra.length, 28);
  const entry = Buffer.alloc(46);
  entry.write('PK\x01\x02', 'latin1');
  entry.writeUInt16LE(deflated ? 8 : 0, 10);
  entry.writeUInt32LE(data.length, 20);
  entry.writeUInt16LE(name.length, 28);
  const body = Buffer.concat([local, Buffer.from(name), extra, data]);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(body.length, 16);
  return Buffer.concat([body, entry, Buffer.from(name), end]);
}

it.each([true, false])('unpacks an entry (deflated: %s)', (deflated) => {
  const archive = zip('bin/redis-server-linux', 'the program', deflated, Buffer.from('more'));
  expect(unzipEntry(archive, (name) => name.endsWith('-linux'))?.toString()).toBe('the program');
  expect(unzipEntry(archive, (name) => name.endsWith('-darwin'))).toBeUndefined();
});

it('refuses what is no archive', () => {
  expect(() => unzipEntry(Buffer.from('<html>'), () => true)).toThrow(/not a zip archive/);
});
