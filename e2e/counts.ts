// How often the long tests repeat what they do. Each count can be raised from the environment for
// a night's run, and this is the only place where they are read.

export const counts = {
  starts: count('LONG_STARTS', 50),
  histories: count('LONG_HISTORIES', 200),
};

function count(variable: string, standard: number): number {
  const text = process.env[variable] ?? String(standard);
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw new Error(`${variable} is "${text}": it must be a whole number above 0.`);
}
