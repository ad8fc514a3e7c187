// Reads what `node --cpu-prof` left behind and says where the time went: by function, and by
// part of the program. The bundle's source map leads back to the files that people edit.

import { readdirSync, readFileSync } from 'node:fs';
import { SourceMap, type SourceMapPayload } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { hubBundle } from '../hub/hub-process.ts';

interface CallFrame {
  readonly functionName: string;
  readonly url: string;
  readonly lineNumber: number;
  readonly columnNumber: number;
}

interface ProfileNode {
  readonly id: number;
  readonly callFrame: CallFrame;
  readonly children?: readonly number[];
}

interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  /** On the system's monotonic clock, in µs. */
  readonly startTime: number;
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

export interface Share {
  /** `Layer.put packages/sync/src/rows/layer.ts:42` */
  readonly name: string;
  /** In `inclusive` together with what it calls. */
  readonly ms: number;
  /** Of the time in which the thread did something. */
  readonly percent: number;
}

export interface WhereTimeWent {
  readonly busyMs: number;
  readonly functions: readonly Share[];
  readonly parts: readonly Share[];
  /** Time in our own functions together with all that they call, each counted once per stack. */
  readonly inclusive: readonly Share[];
}

const notBusy = new Set(['(idle)', '(root)']);

export interface Span {
  readonly from: number;
  readonly to: number;
}

/** The profile of the thread that did most in `folder`, as far as it lies in `spanUs`. */
export function readProfile(folder: string, spanUs: Span): WhereTimeWent {
  const profiles = readdirSync(folder)
    .filter((name) => name.endsWith('.cpuprofile'))
    .map((name) => JSON.parse(readFileSync(path.join(folder, name), 'utf8')) as CpuProfile);
  const results = profiles.map((profile) => read(profile, spanUs));
  const [busiest] = results.toSorted((left, right) => right.busyMs - left.busyMs);
  if (busiest === undefined) throw new Error(`${folder} holds no CPU profile`);
  return busiest;
}

function read(profile: CpuProfile, spanUs: Span): WhereTimeWent {
  const { nodes } = profile;
  const selfUs = selfTimes(profile, spanUs);
  const place = placesIn(hubBundle);
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const functions = new Map<string, number>();
  const parts = new Map<string, number>();
  const inclusive = new Map<string, number>();
  let busyUs = 0;
  const visit = (id: number, above: ReadonlySet<string>): void => {
    const node = byId.get(id);
    if (node === undefined) return;
    const { name, part } = place(node.callFrame);
    const own = selfUs.get(id) ?? 0;
    const stack = part.includes('/src') ? new Set([...above, name]) : above;
    if (!notBusy.has(node.callFrame.functionName)) {
      busyUs += own;
      functions.set(name, (functions.get(name) ?? 0) + own);
      parts.set(part, (parts.get(part) ?? 0) + own);
      for (const one of stack) inclusive.set(one, (inclusive.get(one) ?? 0) + own);
    }
    for (const child of node.children ?? []) visit(child, stack);
  };
  if (nodes[0] !== undefined) visit(nodes[0].id, new Set());
  const shares = (from: ReadonlyMap<string, number>): Share[] =>
    Array.from(from, ([name, us]) => ({
      name,
      ms: us / 1000,
      percent: (us * 100) / busyUs,
    })).toSorted((left, right) => right.ms - left.ms);
  return {
    busyMs: busyUs / 1000,
    functions: shares(functions),
    parts: shares(parts),
    inclusive: shares(inclusive),
  };
}

/** Own time of each node, in µs. */
function selfTimes({ startTime, samples, timeDeltas }: CpuProfile, { from, to }: Span) {
  const selfUs = new Map<number, number>();
  let atUs = startTime;
  for (const [index, id] of samples.entries()) {
    atUs += timeDeltas[index] ?? 0;
    if (atUs >= from && atUs <= to) {
      selfUs.set(id, (selfUs.get(id) ?? 0) + (timeDeltas[index + 1] ?? 0));
    }
  }
  return selfUs;
}

/** Gives the function that names a frame by the source it was written in. */
function placesIn(bundle: string): (frame: CallFrame) => { name: string; part: string } {
  const payload = JSON.parse(readFileSync(`${bundle}.map`, 'utf8')) as SourceMapPayload;
  const map = new SourceMap(payload);
  const root = path.resolve(path.dirname(bundle), '..');
  return ({ functionName, url, lineNumber, columnNumber }) => {
    const called = functionName === '' ? '(anonymous)' : functionName;
    if (url === '') return { name: called, part: called.startsWith('(') ? called : 'native' };
    if (url.startsWith('node:')) return { name: `${called} ${url}`, part: partOf(url) };
    if (fileURLToPath(url) !== bundle) return { name: `${called} ${url}`, part: url };
    const origin = map.findEntry(lineNumber, columnNumber);
    if (!('originalSource' in origin)) return { name: called, part: 'bundle' };
    const file = path.relative(root, path.resolve(path.dirname(bundle), origin.originalSource));
    return { name: `${called} ${file}:${origin.originalLine + 1}`, part: partOf(file) };
  };
}

/** `packages/sync/src/hub`, `node_modules/ws`, `node:net`. */
function partOf(file: string): string {
  if (file.startsWith('node:')) return file.startsWith('node:internal') ? 'node:internal' : file;
  const pieces = file.split('/');
  const library = pieces.lastIndexOf('node_modules');
  if (library >= 0) return pieces.slice(library, library + 2).join('/');
  const source = pieces.indexOf('src');
  return pieces.slice(0, Math.min(source + 2, pieces.length - 1)).join('/');
}
