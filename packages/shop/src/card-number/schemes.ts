// Which numbers can be the number of a card: how they begin, how long they are, and the check digit
// that all of them end with (ISO/IEC 7812-1, Luhn). Digits that fit none are somebody's order number.

interface Scheme {
  /** The first digits, from and to, both of the same length. */
  readonly from: number;
  readonly to: number;
  readonly lengths: readonly number[];
}

const from16 = [16, 17, 18, 19];
const from14 = [14, 15, ...from16];
const from13 = [13, ...from14];

const schemes: readonly Scheme[] = [
  // Visa
  { from: 4, to: 4, lengths: [13, 16, 18, 19] },
  // Mastercard
  { from: 51, to: 55, lengths: [16] },
  { from: 2221, to: 2720, lengths: [16] },
  // American Express
  { from: 34, to: 34, lengths: [15] },
  { from: 37, to: 37, lengths: [15] },
  // Discover
  { from: 6011, to: 6011, lengths: from16 },
  { from: 644, to: 649, lengths: from16 },
  { from: 65, to: 65, lengths: from16 },
  // Diners Club
  { from: 300, to: 305, lengths: from14 },
  { from: 3095, to: 3095, lengths: from14 },
  { from: 36, to: 36, lengths: from14 },
  { from: 38, to: 39, lengths: from14 },
  // JCB
  { from: 3528, to: 3589, lengths: from16 },
  // UnionPay
  { from: 62, to: 62, lengths: from16 },
  { from: 8100, to: 8171, lengths: from16 },
  // Maestro
  { from: 5018, to: 5018, lengths: from13 },
  { from: 5020, to: 5020, lengths: from13 },
  { from: 5038, to: 5038, lengths: from13 },
  { from: 5893, to: 5893, lengths: from13 },
  { from: 6304, to: 6304, lengths: from13 },
  { from: 6759, to: 6763, lengths: from13 },
  // Mir
  { from: 2200, to: 2204, lengths: from16 },
  // RuPay
  { from: 60, to: 60, lengths: [16] },
  { from: 82, to: 82, lengths: [16] },
  { from: 508, to: 508, lengths: [16] },
  // Troy
  { from: 9792, to: 9792, lengths: [16] },
];

/** Whether `digits`, 0–9 only, can be the number of a card. */
export function isCardNumber(digits: string): boolean {
  return schemes.some((scheme) => fits(scheme, digits)) && hasCheckDigit(digits);
}

function fits({ from, to, lengths }: Scheme, digits: string): boolean {
  const start = Number(digits.slice(0, String(from).length));
  return start >= from && start <= to && lengths.includes(digits.length);
}

/** Every second digit from the right is doubled; the digits of all that add up to a full ten. */
function hasCheckDigit(digits: string): boolean {
  let sum = 0;
  for (let index = 0; index < digits.length; index += 1) {
    const digit = Number(digits.at(-1 - index));
    const doubled = digit * 2;
    sum += index % 2 === 0 ? digit : doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}
