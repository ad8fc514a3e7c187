import { expect, it } from 'vitest';

import { joinLines } from './pair.ts';

const address = 'http://192.168.1.100:8080/join#K7PQ2MXA';

it('says where the device joins, and draws it for a camera in a terminal alone', async () => {
  expect(await joinLines(address, false)).toEqual([`Or open on the device: ${address}`]);
  const [line, , picture = ''] = await joinLines(address, true);
  expect(line).toContain(address);
  expect(picture).toMatch(/[▀▄█]/);
  expect(picture.split('\n').length).toBeGreaterThan(10);
});

it('says so where no device can reach the hub', async () => {
  expect(await joinLines(undefined, true)).toEqual([expect.stringMatching(/No device can reach/)]);
});
