// Where the data folder lies, and what SQLite carries it. File locks and syncs of network shares
// are promises nobody keeps, so a hub does not put orders there.

import { readFileSync, statfsSync } from 'node:fs';
import path from 'node:path';

/** `f_type` of Linux' statfs, from linux/magic.h and the sources of the file systems. */
const networkTypes: ReadonlyMap<number, string> = new Map([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xfe53_4d42, 'SMB'],
  [0xff53_4d42, 'CIFS'],
  [0x564c, 'NCP'],
  [0x5346_414f, 'AFS'],
  [0x7375_7245, 'Coda'],
  [0x00c3_6400, 'Ceph'],
  [0x0bd0_0bd0, 'Lustre'],
  [0x0102_1997, '9P'],
]);
/** Local disks (NTFS on a stick) and remote ones (sshfs) share this one; the mount table knows. */
const fuseType = 0x6573_5546;
const localFuse = /^(fuseblk|fuse|fuse\.(ntfs-3g|exfat|mergerfs|bindfs|fuse-overlayfs|unionfs))$/;

/** SQLite below this can lose committed pages where two connections share a WAL. */
export const sqliteMinimum = '3.51.3';

/** The kind of network share that holds `folder`, undefined for a disk of this machine. */
export function networkShareUnder(folder: string): string | undefined {
  if (process.platform === 'win32') return networkDrive(folder);
  if (process.platform !== 'linux') return undefined;
  const type = Number(BigInt.asUintN(32, BigInt(statfsSync(folder).type)));
  const mounts = type === fuseType ? readFileSync('/proc/self/mountinfo', 'utf8') : '';
  return networkKind(type, mounts, folder);
}

/** @param mounts the text of /proc/self/mountinfo, read only for FUSE */
export function networkKind(type: number, mounts: string, folder: string): string | undefined {
  if (type !== fuseType) return networkTypes.get(type);
  const kind = mountType(mounts, path.resolve(folder));
  return kind === undefined || localFuse.test(kind) ? undefined : kind;
}

/** A share given by its name; a drive letter that stands for one is not noticed. */
export function networkDrive(folder: string): string | undefined {
  return /^[\\/]{2}[^\\/?.]/.test(folder) ? 'a Windows share' : undefined;
}

/** The file system type of the longest mount point above `folder`; later mounts cover earlier. */
function mountType(mounts: string, folder: string): string | undefined {
  let best = { point: '', type: undefined as string | undefined };
  for (const line of mounts.split('\n')) {
    const [before = '', after = ''] = line.split(' - ');
    const point = unescaped(before.split(' ')[4] ?? '');
    const above = point === '/' || folder === point || folder.startsWith(`${point}/`);
    if (point !== '' && above && point.length >= best.point.length) {
      best = { point, type: after.split(' ')[0] };
    }
  }
  return best.type;
}

/** The kernel writes a space in a path as \040. */
function unescaped(text: string): string {
  return text.replaceAll(/\\(\d{3})/g, (_, octal: string) =>
    String.fromCodePoint(Number.parseInt(octal, 8)),
  );
}

export function isOlder(version: string, minimum: string): boolean {
  const left = version.split('.').map(Number);
  const right = minimum.split('.').map(Number);
  for (const [index, wanted] of right.entries()) {
    const found = left[index] ?? 0;
    if (found !== wanted) return found < wanted;
  }
  return false;
}
