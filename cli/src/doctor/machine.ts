// What the doctor looks for in the machine itself: its Node, its memory, its clock, its addresses.

import { existsSync, statSync } from 'node:fs';
import { freemem, totalmem } from 'node:os';

import { type HubAddress, isNodeNewEnough, reachableOf } from '@pos-sync/local-server';

import { timeOf } from '../devices/table.ts';
import { ownProgram } from '../program.ts';
import { bytesText } from '../running/status.ts';
import { type Finding, look, ok, wrong } from './finding.ts';

const memoryFreeMin = 128 * 1024 * 1024;
const dayMs = 86_400_000;
/** A clock that is set over the network moves by less. */
const clockStepMs = 60_000;

export function nodeFinding(): Finding {
  const message = `Node ${process.versions.node} on ${process.platform}-${process.arch}`;
  return isNodeNewEnough()
    ? ok('node', message)
    : wrong('node', `${message} is too old.`, 'Run ./deploy.sh, which brings the right one.');
}

/** @param hubBytes what the running hub holds */
export function memoryFinding(hubBytes: number | undefined): Finding {
  const hub = hubBytes === undefined ? '' : `; the hub holds ${bytesText(hubBytes)}`;
  const message = `${bytesText(freemem())} of ${bytesText(totalmem())} are free${hub}`;
  return freemem() < memoryFreeMin
    ? look('memory', `${message}.`, 'Close what else runs on this machine.')
    : ok('memory', message);
}

/** @param newestMs when the newest command was decided, by the hub's calendar */
export function clockFindings(newestMs: number | undefined, nowMs: number): Finding[] {
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  const says = `${new Date(nowMs).toDateString()}, ${timeOf(nowMs, nowMs)}, time zone ${timeZone}`;
  const setIt = 'Connect the machine to the internet until its time is right, or set it by hand.';
  if (nowMs < statSync(ownProgram).mtimeMs - dayMs) {
    return [wrong('clock', `${says}: that is before this program came here.`, setIt)];
  }
  if (newestMs !== undefined && nowMs < newestMs - clockStepMs) {
    const newest = timeOf(newestMs, nowMs);
    return [wrong('clock', `${says}: the newest command is of ${newest}, which is later.`, setIt)];
  }
  const forgets = process.platform === 'linux' && !existsSync('/dev/rtc0');
  if (!forgets) return [ok('clock', says)];
  const fix = 'Look at it after a power cut, where there is no internet; or fit a clock module.';
  return [look('clock', `${says}. This machine has no clock that goes on without power.`, fix)];
}

/** Networks that a phone, a laptop or this machine opens by itself, by the addresses they give. */
const hotspot = /^(10\.42\.0\.|192\.168\.(4|12|43|49|137)\.|172\.20\.10\.)/;
const selfGiven = /^169\.254\./;

export function addressFinding(addresses: readonly HubAddress[]): Finding {
  const reachable = reachableOf(addresses);
  const [first] = reachable;
  const connect = 'Connect this machine to the shop’s WiFi or router, and leave --host out.';
  if (first === undefined) {
    return wrong('addresses', 'No device can reach the hub: there is no network here.', connect);
  }
  const type = `type ${first.url.replace('http://', '')} into the devices (${first.interface})`;
  const all = (pattern: RegExp): boolean => reachable.every(({ address }) => pattern.test(address));
  if (all(selfGiven)) {
    const message = `${first.address} leads nowhere: no router gave this machine an address.`;
    return wrong('addresses', message, 'Look at the cable and at the router, then look again.');
  }
  if (all(hotspot)) {
    const fix = 'Let every device join that network, or connect this machine to the shop’s own.';
    return look('addresses', `${type}; it looks like a hotspot, not like the shop’s WiFi.`, fix);
  }
  const others = reachable.filter((one) => one.interface !== first.interface);
  if (others.length === 0) return ok('addresses', type);
  const also = others.map(({ address, interface: name }) => `${address} (${name})`).join(', ');
  const fix = 'Use the one whose network the devices are in; take this machine out of the others.';
  return look('addresses', `${type}; it has others too: ${also}.`, fix);
}
