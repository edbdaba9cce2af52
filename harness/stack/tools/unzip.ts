import { inflateRawSync } from 'node:zlib';

/**
 * The first entry of a zip archive with a matching name, unpacked; undefined if there is none. A JRE has no `jar`, a plain
 * machine no `unzip`.
 */
export function unzipEntry(archive: Buffer, fits: (name: string) => boolean): Buffer | undefined {
  const directoryEnd = archive.lastIndexOf('PK\x05\x06', undefined, 'latin1');
  if (directoryEnd < 0) throw new Error('not a zip archive: it has no central directory');
  const entries = archive.readUInt16LE(directoryEnd + 10);
  let at = archive.readUInt32LE(directoryEnd + 16);
  for (let entry = 0; entry < entries; entry++) {
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((offset) => archive.readUInt16LE(at + offset));
    if (nameLength === undefined || extraLength === undefined || commentLength === undefined) break;
    if (fits(archive.toString('utf8', at + 46, at + 46 + nameLength))) {
      const method = archive.readUInt16LE(at + 10);
      const packedBytes = archive.readUInt32LE(at + 20);
      const header = archive.readUInt32LE(at + 42);
      const start = header + 30 + archive.readUInt16LE(header + 26) + archive.readUInt16LE(header + 28);
      const packed = archive.subarray(start, start + packedBytes);
      if (method !== 0 && method !== 8) throw new Error(`zip method ${method} is neither stored nor deflated`);
      return method === 0 ? packed : inflateRawSync(packed);
    }
    at += 46 + nameLength + extraLength + commentLength;
  }
  return undefined;
}
