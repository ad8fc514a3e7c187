// File systems of a few megabytes for tests of what a hub does on a full or a failing disk. Only root
// may mount; what was mounted goes again, whatever happened to the test.

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

export interface SmallDisk {
  /** On the small disk. */
  readonly folder: string;
  /** On the disk of the machine. */
  readonly beside: string;
}

const tmpfsBytes = 12 * 1024 * 1024;
const imageBytes = 32 * 1024 * 1024;

/** A file system in memory, with a way to fill it to the last byte. */
export async function onSmallDisk(
  run: (disk: SmallDisk & { fillUp(): void; makeRoom(): void }) => Promise<void>,
): Promise<void> {
  await inScratch(async (beside, folder) => {
    execFileSync('/bin/mount', ['-t', 'tmpfs', '-o', `size=${tmpfsBytes}`, 'tmpfs', folder]);
    const filler = path.join(folder, 'filler');
    await run({
      folder,
      beside,
      fillUp() {
        const { bavail, bsize } = statfsSync(folder);
        writeFileSync(filler, Buffer.alloc(bavail * bsize));
      },
      makeRoom: () => rmSync(filler),
    });
  });
}

/**
 * An ext4 file system in a file, mounted as distributions mount the real one: on its first error it
 * becomes read-only at once, under every program that writes there.
 */
export async function onFailingDisk(
  run: (disk: SmallDisk & { fail(): void; repair(): void }) => Promise<void>,
): Promise<void> {
  await inScratch(async (beside, folder) => {
    const image = path.join(beside, 'image');
    writeFileSync(image, Buffer.alloc(imageBytes));
    execFileSync('/sbin/mkfs.ext4', ['-q', image]);
    const mount = (): void => {
      execFileSync('/bin/mount', ['-o', 'loop,errors=remount-ro', image, folder]);
    };
    mount();
    await run({
      folder,
      beside,
      fail: () => writeFileSync(`/sys/fs/ext4/${loopOf(folder)}/trigger_fs_error`, '1'),
      repair() {
        execFileSync('/bin/umount', [folder]);
        check(image);
        mount();
      },
    });
  });
}

async function inScratch(run: (beside: string, folder: string) => Promise<void>): Promise<void> {
  const beside = mkdtempSync(path.join(tmpdir(), 'small-disk-'));
  const folder = path.join(beside, 'disk');
  mkdirSync(folder);
  try {
    await run(beside, folder);
  } finally {
    if (mountsOf(folder).length > 0) execFileSync('/bin/umount', ['--lazy', folder]);
    rmSync(beside, { recursive: true, force: true });
  }
}

/** e2fsck ends with 1 when it repaired something. */
function check(image: string): void {
  try {
    execFileSync('/sbin/e2fsck', ['-f', '-p', image], { stdio: 'ignore' });
  } catch (error) {
    if ((error as { status?: unknown }).status !== 1) throw error;
  }
}

function loopOf(folder: string): string {
  const device = mountsOf(folder)[0]?.split(' ')[0] ?? '';
  return path.basename(device);
}

function mountsOf(folder: string): string[] {
  const lines = readFileSync('/proc/mounts', 'utf8').split('\n');
  return lines.filter((line) => line.split(' ')[1] === folder);
}
