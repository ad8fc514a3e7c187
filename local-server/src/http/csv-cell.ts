// A text as it stands in a table of RFC 4180. Programs that calculate with tables take a text that
// begins like a formula for one and carry it out: such a text gets an apostrophe in front.

export function csvCell(text: string): string {
  const safe = isFormula.test(text) ? `'${text}` : text;
  return /[",\r\n]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** What `csvCell` was given, from what a table has in that cell. */
export function textOfCell(cell: string): string {
  return cell.startsWith("'") && isFormula.test(cell) ? cell.slice(1) : cell;
}

/**
 * Full-width signs count as well, and blanks before a sign are overlooked by some programs. So are
 * apostrophes here: a text that has one of its own gets another, and comes back with its own.
 */
const isFormula = /^'*(?:[\s\p{Cf}]*[=+\-@＝＋－＠|]|[\t\r\n])/u;
