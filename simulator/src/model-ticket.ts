// What one station has to make for one order, as the model counts it: portions by round, and how far
// each round has come.

export interface Portion {
  readonly line: string;
  readonly quantity: number;
}

export class ModelTicket {
  round = 0;
  /** How often what is to be made changed. */
  revision = 0;
  startedRound = 0;
  readyRound = 0;
  bumpedRound = 0;
  /** Device → the newest revision it showed to the cook. */
  readonly receipts = new Map<string, number>();
  /** Everything ever sent and not taken away, the newest round last. */
  #portions: { readonly line: string; readonly round: number; quantity: number }[] = [];

  send(portions: readonly Portion[]): void {
    this.round += 1;
    this.revision += 1;
    for (const portion of portions) this.#portions.push({ ...portion, round: this.round });
  }

  /** The newest round gives first. */
  takeAway(line: string, quantity: number): void {
    this.revision += 1;
    let left = quantity;
    for (const portion of this.#portions.toReversed()) {
      if (portion.line !== line) continue;
      const taken = Math.min(left, portion.quantity);
      portion.quantity -= taken;
      left -= taken;
    }
  }

  /** `round` is the newest one the cook saw. */
  mark(how: 'started' | 'ready' | 'bumped', round: number): undefined {
    const seen = Math.min(round, this.round);
    this.startedRound = Math.max(this.startedRound, seen);
    if (how !== 'started') this.readyRound = Math.max(this.readyRound, seen);
    if (how === 'bumped') this.bumpedRound = Math.max(this.bumpedRound, seen);
  }

  receive(device: string, revision: number): undefined {
    if (revision > this.revision) return;
    this.receipts.set(device, Math.max(this.receipts.get(device) ?? 0, revision));
  }

  get state(): string {
    if (this.bumpedRound >= this.round) return 'bumped';
    if (this.readyRound >= this.round) return 'ready';
    return this.startedRound >= this.round ? 'started' : 'queued';
  }

  /** What is still to be made, as `round line quantity`, in no order that matters. */
  get waiting(): string[] {
    return this.#portions
      .filter(({ round, quantity }) => round > this.bumpedRound && quantity > 0)
      .map(({ round, line, quantity }) => `${round} ${line} ${quantity}`)
      .toSorted();
  }
}
