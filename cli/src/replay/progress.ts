// How far the replay is, on stderr: a bar on a terminal, a line every few seconds elsewhere. stdout
// belongs to the result.

export interface Progress {
  show(done: number): void;
  end(): void;
}

const barWidth = 30;
const barEveryMs = 100;
const lineEveryMs = 3_000;

export function progressOn(stream: NodeJS.WriteStream, total: number): Progress {
  const isTerminal = stream.isTTY;
  let shownAtMs = performance.now();
  let width = 0;
  return {
    show(done) {
      const now = performance.now();
      if (now - shownAtMs < (isTerminal ? barEveryMs : lineEveryMs)) return;
      shownAtMs = now;
      if (!isTerminal) {
        stream.write(`${done} of ${total} orders\n`);
        return;
      }
      const filled = Math.round((barWidth * done) / total);
      const bar = `${'█'.repeat(filled)}${'░'.repeat(barWidth - filled)} ${done} of ${total} orders`;
      stream.write(`\r${bar.padEnd(width)}`);
      width = bar.length;
    },
    end() {
      if (isTerminal && width > 0) stream.write(`\r${' '.repeat(width)}\r`);
    },
  };
}
