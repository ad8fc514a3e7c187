// What others made up, such as a name, as it may stand in a terminal: signs that move the cursor, turn
// the line around or end it are no part of it. Programs get the text as it is, with --json.

const unsafe = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu;

export function plainText(text: string): string {
  return text.replaceAll(unsafe, '');
}
