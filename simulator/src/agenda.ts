// Virtual time: what happens next, by time and then by the order it was planned in. Nothing sleeps.

interface Planned {
  readonly atMs: number;
  readonly order: number;
  readonly run: () => void;
}

export class Agenda {
  #heap: Planned[] = [];
  #planned = 0;
  nowMs = 0;
  /** How many things have happened. */
  steps = 0;

  in(delayMs: number, run: () => void): void {
    this.at(this.nowMs + Math.max(0, delayMs), run);
  }

  at(atMs: number, run: () => void): void {
    this.#planned += 1;
    this.#push({ atMs: Math.max(atMs, this.nowMs), order: this.#planned, run });
  }

  /** Runs everything up to `untilMs`, and leaves the clock there. */
  runUntil(untilMs: number): void {
    for (
      let next = this.#heap[0];
      next !== undefined && next.atMs <= untilMs;
      next = this.#heap[0]
    ) {
      this.#pop();
      this.nowMs = next.atMs;
      this.steps += 1;
      next.run();
    }
    this.nowMs = Math.max(this.nowMs, untilMs);
  }

  #push(planned: Planned): void {
    const heap = this.#heap;
    let index = heap.push(planned) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!isBefore(planned, heap[parent]!)) break;
      heap[index] = heap[parent]!;
      index = parent;
    }
    heap[index] = planned;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop()!;
    if (heap.length === 0) return;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child += 1;
      if (!isBefore(heap[child]!, last)) break;
      heap[index] = heap[child]!;
      index = child;
    }
    heap[index] = last;
  }
}

function isBefore(one: Planned, other: Planned): boolean {
  return one.atMs < other.atMs || (one.atMs === other.atMs && one.order < other.order);
}
