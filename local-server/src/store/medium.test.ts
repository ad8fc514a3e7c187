import { expect, it } from 'vitest';

import { isOlder, networkDrive, networkKind, networkShareUnder } from './medium.ts';
import { withFolder } from './testing/folder.ts';

const fuse = 0x6573_5546;
const mounts = [
  '22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw',
  '40 22 0:51 / /srv/pos rw,nosuid - fuse.sshfs nas:/pos rw,user_id=0',
  String.raw`41 22 8:17 / /media/USB\040stick rw - fuseblk /dev/sdb1 rw`,
  '42 40 0:52 / /srv/pos/local rw - fuseblk /dev/sdc1 rw',
].join('\n');

it.each([
  ['NFS', 0x6969],
  ['CIFS', 0xff53_4d42],
  ['SMB', 0xfe53_4d42],
  ['SMB', 0x517b],
  ['9P', 0x0102_1997],
])('refuses %s', (kind, type) => {
  expect(networkKind(type, '', '/srv')).toBe(kind);
});

it.each([
  ['/srv/pos', 'fuse.sshfs'],
  ['/srv/pos/data', 'fuse.sshfs'],
  ['/srv/pos/local/data', undefined],
  ['/media/USB stick/pos', undefined],
])('tells FUSE shares from FUSE disks: %s', (folder, kind) => {
  expect(networkKind(fuse, mounts, folder)).toBe(kind);
});

it('takes ext4, btrfs, tmpfs and this machine’s own disk', () => {
  expect([0xef53, 0x9123_683e, 0x0102_1994].map((type) => networkKind(type, '', '/'))).toEqual(
    Array.from({ length: 3 }),
  );
  withFolder((folder) => expect(networkShareUnder(folder)).toBeUndefined());
});

it('knows a Windows share by its name', () => {
  expect(networkDrive(String.raw`\\nas\pos`)).toBe('a Windows share');
  expect(networkDrive(String.raw`\\?\C:\pos`)).toBeUndefined();
  expect(networkDrive(String.raw`C:\pos`)).toBeUndefined();
});

it.each([
  ['3.51.2', true],
  ['3.51.3', false],
  ['3.9.9', true],
  ['3.53.4', false],
  ['4.0', false],
])('compares versions of SQLite: %s', (version, older) => {
  expect(isOlder(version, '3.51.3')).toBe(older);
});
