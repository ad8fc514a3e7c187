// An order as a file tells it: what was bought, how many, and what one of it cost. The limits are the
// shop's own; a line past them would be refused by the hub, so it is named before anything starts.

export interface Order {
  readonly id: string;
  readonly lines: readonly OrderLine[];
}

export interface OrderLine {
  readonly name: string;
  readonly quantity: number;
  readonly unitMinor: number;
  /** One taken twice stands twice. */
  readonly choices: readonly string[];
}

/** A row of the file that is not an order, and why. */
export interface Problem {
  /** From 1, as editors count. */
  readonly lineNumber: number;
  readonly message: string;
}

export interface ParsedOrders {
  readonly orders: readonly Order[];
  readonly problems: readonly Problem[];
}

const quantityMax = 999;
const unitMinorMax = 1_000_000_000;
const nameLengthMax = 128;
const choicesMax = 64;

/** What a row says before it is believed. `totalMinor` is for the whole quantity. */
export interface ClaimedLine {
  readonly name: string;
  readonly quantity: number;
  readonly totalMinor: number;
  readonly choices: readonly string[];
}

/** The line, or a sentence that says what is wrong with it. */
export function checkLine({
  name,
  quantity,
  totalMinor,
  choices,
}: ClaimedLine): OrderLine | string {
  if (!isName(name)) return `an item's name has 1 to ${nameLengthMax} characters`;
  const unfit = whyUnfit(name);
  if (unfit !== undefined) return `an item's name holds ${unfit}`;
  if (!isWhole(quantity, 1, quantityMax)) {
    return `the quantity is ${quantity}: it must be a whole number from 1 to ${quantityMax}`;
  }
  if (!isWhole(totalMinor, 0, Number.MAX_SAFE_INTEGER)) {
    return `the price is ${totalMinor} minor units: it must be a whole number from 0`;
  }
  if (totalMinor % quantity !== 0) {
    return `${totalMinor} minor units for ${quantity} cannot be divided into equal prices`;
  }
  const unitMinor = totalMinor / quantity;
  if (unitMinor > unitMinorMax) return `${unitMinor} minor units for one is more than a shop takes`;
  if (choices.length > choicesMax) return `more than ${choicesMax} choices on one line`;
  if (!choices.every(isName)) return `a choice's name has 1 to ${nameLengthMax} characters`;
  for (const choice of choices) {
    const unfitChoice = whyUnfit(choice);
    if (unfitChoice !== undefined) return `a choice's name holds ${unfitChoice}`;
  }
  return { name, quantity, unitMinor, choices };
}

function isName(text: string): boolean {
  return text.length >= 1 && text.length <= nameLengthMax;
}

/** What no hub takes in a text, since no database could give it back as it was. */
export function whyUnfit(text: string): string | undefined {
  if (text.includes('\0')) return 'the character U+0000';
  return text.isWellFormed() ? undefined : 'half of a character, such as half an emoji';
}

function isWhole(value: number, from: number, to: number): boolean {
  return Number.isSafeInteger(value) && value >= from && value <= to;
}
