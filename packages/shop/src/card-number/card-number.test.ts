import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cardNumberIn } from './card-number.ts';

/** The numbers that the schemes and their banks publish for tests. */
const testNumbers = [
  '4111111111111111',
  '4012888888881881',
  '4242424242424242',
  '4222222222222',
  '4000000000000000006',
  '5555555555554444',
  '5105105105105100',
  '2223003122003222',
  '5200828282828210',
  '378282246310005',
  '371449635398431',
  '6011111111111117',
  '6445644564456445',
  '6500000000000002',
  '30569309025904',
  '36227206271667',
  '3566002020360505',
  '6200000000000005',
  '8171999927660000',
  '6759649826438453',
  '6304000000000000',
  '2200000000000004',
  '9792030000000000',
];
const tenDigits = Array.from({ length: 10 }, (_, value) => String(value));
const digit = fc.constantFrom(...tenDigits);
const testNumber = fc.constantFrom(...testNumbers);
const hidden = fc.constantFrom('', '', '\u200b', '\u200d', '\ufeff', '\u00ad', '\u2060', '\u0007');
const between = fc.constantFrom(
  ' ',
  '  ',
  '.',
  '-',
  '/',
  '_',
  ' - ',
  '\u00a0',
  '\u2013',
  '\n',
  '\t',
);
const scripts = fc.constantFrom(0x30, 0xff10, 0x660, 0x6f0, 0x966, 0x1d7ce);
const words = fc.constantFrom('', 'Table 5: ', 'Visa', 'paid with ', 'карта ', '(', 'allergy; ');

/** A number as somebody might type it to get past a filter, or without thinking of one. */
const spelled = (number: fc.Arbitrary<string>) =>
  typed(number, fc.array(fc.tuple(hidden, fc.option<string>(between))));

/** Likewise, but in groups of one length, of which none is a number by itself. */
const inGroups = (number: fc.Arbitrary<string>) => {
  const gap = fc.tuple(fc.constantFrom(1, 2, 3, 5, 40), hidden, between);
  const gaps = gap.map(([length, unseen, gapText]) =>
    Array.from({ length: 40 }, (_, index): [string, string | null] => {
      return [unseen, (index + 1) % length === 0 ? gapText : null];
    }),
  );
  return typed(number, gaps);
};

function typed(
  number: fc.Arbitrary<string>,
  gaps: fc.Arbitrary<readonly (readonly [string, string | null])[]>,
): fc.Arbitrary<string> {
  return fc
    .tuple(number, scripts, gaps, words, words)
    .map(([digits, zero, after, before, behind]) => {
      const text = Array.from(digits).map((one, index) => {
        const [unseen = '', gap] = after[index] ?? [];
        const isLast = index === digits.length - 1;
        return `${String.fromCodePoint(zero + Number(one))}${unseen}${isLast ? '' : (gap ?? '')}`;
      });
      return `${before}${text.join('')}${behind}`;
    });
}

/** Test numbers in the groups that people type them in. */
const printed = [
  ['4111', '1111', '1111', '1111'],
  ['6759', '6498', '2643', '8453'],
  ['3782', '822463', '10005'],
  ['3056', '930902', '5904'],
  ['4222', '2222', '22222'],
];

/** The digit that makes the check of the schemes come out even. */
function withCheckDigit(digits: string): string {
  for (const last of tenDigits) {
    let sum = 0;
    for (const [index, one] of Array.from(`${digits}${last}`).toReversed().entries()) {
      const value = Number(one) * (index % 2 === 0 ? 1 : 2);
      sum += Math.floor(value / 10) + (value % 10);
    }
    if (sum % 10 === 0) return `${digits}${last}`;
  }
  throw new Error('One of ten digits fits.');
}

describe('a card number', () => {
  it.each(testNumbers)('%s is found alone, and as it is printed', (number) => {
    expect(cardNumberIn(number)).toBe('number');
    expect(cardNumberIn(`${number} `)).toBe('number');
    expect(cardNumberIn(number.replaceAll(/\d{4}(?=\d)/g, '$& '))).toBe('number');
  });

  it('is found at both ends of every range', () => {
    const ranges = [
      '2221',
      '2720',
      '2200',
      '2204',
      '3528',
      '3589',
      '3095',
      '300',
      '305',
      '51',
      '55',
    ];
    for (const start of [...ranges, '6011', '644', '649', '65', '8100', '8171', '6759', '6763']) {
      const number = withCheckDigit(start.padEnd(15, '7'));
      expect([number, cardNumberIn(`no. ${number}!`)]).toEqual([number, 'number']);
    }
  });

  it('is found however it is spelled', () => {
    fc.assert(
      fc.property(spelled(testNumber), (text) => {
        expect(cardNumberIn(text)).toBe('number');
      }),
      { numRuns: 2_000 },
    );
  });

  it('is found beside the date it ends, its code, and a table', () => {
    const texts = [
      '4111 1111 1111 1111 12/26',
      '4111111111111111 12/2026 123',
      '4111-1111-1111-1111/12/26',
      'table 5 4111 1111 1111 1111',
      '12/26 3782 822463 10005',
      '3056 930902 5904 1 person',
      '41111111 11111111 12/29',
      '411111 1111111111 1229',
      '4111,1111,1111,1111,12/29',
      '2 x tea; 4111|1111|1111|1111; 3 persons',
    ];
    for (const text of texts) expect([text, cardNumberIn(text)]).toEqual([text, 'number']);
  });

  it('is found in printed groups with one to three signs of any kind between', () => {
    const sign = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 1 })
      .filter((one) => /^[^\p{L}\p{N}\p{M}\p{C}]$/u.test(one.normalize('NFKC')));
    const gap = fc.array(sign, { minLength: 1, maxLength: 3 }).map((signs) => signs.join(''));
    fc.assert(
      fc.property(fc.constantFrom(...printed), gap, words, words, (groups, gapText, ...around) => {
        const text = around.join(groups.join(gapText));
        expect([text, cardNumberIn(text)]).toEqual([text, 'number']);
      }),
      { numRuns: 2_000 },
    );
    for (const gapText of [
      ',',
      '·',
      ':',
      '|',
      '*',
      "'",
      '’',
      ')(',
      '\\',
      ' , ',
      ') (',
      ' + ',
      '💳',
    ]) {
      const text = `(${['4111', '1111', '1111', '1111'].join(gapText)})`;
      expect([text, cardNumberIn(text)]).toEqual([text, 'number']);
    }
  });

  it('is no number with one digit wrong, however it is spelled', () => {
    const wrong = fc
      .tuple(testNumber, fc.nat(), fc.integer({ min: 1, max: 9 }))
      .map(([number, at, more]) => {
        const index = at % number.length;
        const other = (Number(number[index]) + more) % 10;
        return `${number.slice(0, index)}${other}${number.slice(index + 1)}`;
      });
    fc.assert(
      fc.property(inGroups(wrong), (text) => {
        expect(cardNumberIn(text)).toBeUndefined();
      }),
      { numRuns: 2_000 },
    );
  });

  it('is no number that begins as no card does, whatever its check digit says', () => {
    const order = fc
      .tuple(fc.constantFrom('0', '1', '7', '90', '21', '28', '35', '56', '80'), fc.array(digit))
      .map(([start, rest]) => withCheckDigit(`${start}${rest.join('')}`).slice(-19))
      .filter((number) => /^(0|1|7|90|21|28|350|56|80)/.test(number));
    fc.assert(
      fc.property(inGroups(order), (text) => {
        expect(cardNumberIn(text)).toBeUndefined();
      }),
      { numRuns: 2_000 },
    );
  });

  it('is not what happens to stand inside a longer number', () => {
    fc.assert(
      fc.property(testNumber, fc.array(digit, { minLength: 7 }), (number, more) => {
        expect(cardNumberIn(`${more.join('')}${number}`)).toBeUndefined();
        expect(cardNumberIn(`${number}${more.join('')}`)).toBeUndefined();
      }),
    );
  });

  it('is no phone number with its plus', () => {
    const phone = fc.tuple(fc.array(digit, { minLength: 6, maxLength: 13 }), between, words);
    fc.assert(
      fc.property(phone, ([digits, gap, before]) => {
        const text = `${before}+49${gap}${digits.join('')}`;
        expect(cardNumberIn(text)).toBeUndefined();
      }),
    );
  });

  it('takes no longer for a text made to be slow', () => {
    const slow = [
      '1 '.repeat(60_000),
      '4'.repeat(120_000),
      `%b${' '.repeat(120_000)}`,
      '12;'.repeat(40_000),
      'cvv '.repeat(30_000) + '11',
      '4111,'.repeat(24_000),
      '1, '.repeat(40_000),
      '+1234567'.repeat(15_000),
      `1${','.repeat(120_000)}`,
      'security '.repeat(13_000),
    ];
    const startMs = performance.now();
    for (const text of slow) cardNumberIn(text);
    expect(performance.now() - startMs).toBeLessThan(2_000);
  });
});

describe('what else a card gives away', () => {
  it('is the stripe', () => {
    const texts = [
      '%B4111111111111111^DOE/JOHN^2612101000000000?',
      '%b4111 1111 1111 1111^doe/john^',
      ';4111111111111111=26121010000000000?',
      ';1234567890123=2612',
    ];
    for (const text of texts) expect([text, cardNumberIn(text)]).toEqual([text, 'track']);
  });

  it('is the security code', () => {
    for (const text of [
      'cvv 123',
      'CVC:1234',
      'her cvc2 is fine, cvc2=999',
      'CVV\u00a0１２３',
      'c\u200bvv 123',
      'security code 123',
      'Security-Code: 1234',
      'cid 1234',
    ]) {
      expect([text, cardNumberIn(text)]).toEqual([text, 'code']);
    }
    for (const text of [
      'cvv 12',
      'cvc 12345',
      'cvv please',
      'ecvv 123',
      'acid 1234',
      'security 1234',
      'the cvv is at the back, room 123',
    ]) {
      expect([text, cardNumberIn(text)]).toEqual([text, undefined]);
    }
  });
});
