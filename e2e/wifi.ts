// The network of a small shop without a cable or an aerial: the hub on the wire, two access points,
// and a tablet that is near one of them. All of it are network namespaces of this machine, of which
// nothing is seen outside. Only root may make them.

import { execFileSync } from 'node:child_process';

export interface Wifi {
  /** What goes before a command that is to run on that machine. */
  readonly onHub: readonly string[];
  readonly onTablet: readonly string[];
  /** The tablet is carried to the other access point, which gives it another address. */
  roam(): void;
  /** The router gives the hub its other address in place of the first. */
  readdress(): void;
  /** From now on nothing comes through on the way to that machine; nobody is told. */
  swallow(to: 'hub' | 'tablet'): void;
  /** Everything comes through again. */
  restore(): void;
}

/** The first one is the hub's; the other may become its address. A tablet knows both. */
export const hubAddresses = ['10.77.1.2', '10.77.1.3'] as const;
const near = { link: 'near', address: '10.77.2.2', gateway: '10.77.2.1' };
const far = { link: 'far', address: '10.77.3.2', gateway: '10.77.3.1' };
const hubGateway = '10.77.1.1';

let opened = 0;

export async function withWifi(use: (wifi: Wifi) => Promise<void>): Promise<void> {
  opened += 1;
  const name = (machine: string): string => `pos-${process.pid}-${opened}-${machine}`;
  const machines = { hub: name('hub'), router: name('router'), tablet: name('tablet') };
  try {
    for (const machine of Object.values(machines)) {
      ip('netns', 'add', machine);
      ip('-n', machine, 'link', 'set', 'lo', 'up');
    }
    const { hub, router, tablet } = machines;
    lay(router, hub, { link: 'wire', address: hubAddresses[0], gateway: hubGateway });
    lay(router, tablet, near);
    lay(router, tablet, far);
    const route = (one: typeof near): void =>
      ip('-n', tablet, 'route', 'replace', 'default', 'via', one.gateway, 'dev', one.link);
    route(near);
    on(router, 'sh', '-c', 'echo 1 > /proc/sys/net/ipv4/ip_forward');
    const swallowed = new Set<string>();
    await use({
      onHub: inside(hub),
      onTablet: inside(tablet),
      roam() {
        ip('-n', tablet, 'address', 'flush', 'dev', near.link);
        ip('-n', tablet, 'link', 'set', near.link, 'down');
        route(far);
      },
      readdress() {
        ip('-n', hub, 'address', 'flush', 'dev', 'wire');
        ip('-n', hub, 'address', 'add', `${hubAddresses[1]}/24`, 'dev', 'wire');
        ip('-n', hub, 'route', 'add', 'default', 'via', hubGateway);
      },
      swallow(to) {
        const address = to === 'hub' ? hubAddresses[0] : near.address;
        ip('-n', router, 'route', 'add', 'blackhole', address);
        swallowed.add(address);
      },
      restore() {
        for (const address of swallowed) ip('-n', router, 'route', 'del', 'blackhole', address);
        swallowed.clear();
      },
    });
  } finally {
    const present = execFileSync(ipProgram, ['netns', 'list'], { encoding: 'utf8' });
    for (const machine of Object.values(machines)) {
      if (present.includes(machine)) ip('netns', 'del', machine);
    }
  }
}

/** A line from the router to a machine. */
function lay(router: string, machine: string, one: typeof near): void {
  const { link, address, gateway } = one;
  const ends = ['type', 'veth', 'peer', 'name', link, 'netns', machine];
  ip('-n', router, 'link', 'add', link, ...ends);
  for (const [at, own] of [
    [router, gateway],
    [machine, address],
  ] as const) {
    ip('-n', at, 'address', 'add', `${own}/24`, 'dev', link);
    ip('-n', at, 'link', 'set', link, 'up');
  }
  if (link === 'wire') ip('-n', machine, 'route', 'add', 'default', 'via', gateway);
}

const ipProgram = '/sbin/ip';
const inside = (machine: string): readonly string[] => [ipProgram, 'netns', 'exec', machine];

function ip(...args: string[]): void {
  execFileSync(ipProgram, args);
}

function on(machine: string, ...command: string[]): void {
  const [program = '', ...args] = [...inside(machine), ...command];
  execFileSync(program, args);
}
