// The life of a device's connection, as a table: what each event does in each state. A gap in it
// does not compile.

export type Link = 'waiting' | 'connecting' | 'greeting' | 'open' | 'stopped';

export type LinkEvent =
  /** The wait is over. */
  | 'due'
  /** The socket is open; the challenge comes next. */
  | 'opened'
  | 'welcomed'
  /** The socket is gone. */
  | 'closed'
  /** What was waited for did not come. */
  | 'overdue'
  /** The page is visible again, the network is back, the user asks. */
  | 'nudged'
  /** The hub refused for good: a person has to act first. */
  | 'denied'
  | 'stop';

export interface LinkStep {
  readonly to: Link;
  readonly act?: 'connect' | 'disconnect';
}

const stay = (to: Link): LinkStep => ({ to });
const leave: LinkStep = { to: 'waiting', act: 'disconnect' };
const begin: LinkStep = { to: 'connecting', act: 'connect' };
const end: LinkStep = { to: 'stopped', act: 'disconnect' };

export const linkTable: Record<Link, Record<LinkEvent, LinkStep>> = {
  waiting: {
    due: begin,
    opened: leave,
    welcomed: stay('waiting'),
    closed: stay('waiting'),
    overdue: begin,
    nudged: begin,
    denied: stay('waiting'),
    stop: end,
  },
  connecting: {
    due: stay('connecting'),
    opened: stay('greeting'),
    welcomed: leave,
    closed: stay('waiting'),
    overdue: leave,
    nudged: stay('connecting'),
    denied: leave,
    stop: end,
  },
  greeting: {
    due: stay('greeting'),
    opened: stay('greeting'),
    welcomed: stay('open'),
    closed: stay('waiting'),
    overdue: leave,
    nudged: stay('greeting'),
    denied: leave,
    stop: end,
  },
  open: {
    due: stay('open'),
    opened: stay('open'),
    welcomed: stay('open'),
    closed: stay('waiting'),
    overdue: leave,
    nudged: stay('open'),
    denied: leave,
    stop: end,
  },
  stopped: {
    due: stay('stopped'),
    opened: end,
    welcomed: stay('stopped'),
    closed: stay('stopped'),
    overdue: stay('stopped'),
    nudged: stay('stopped'),
    denied: stay('stopped'),
    stop: stay('stopped'),
  },
};
