const devanagariZero = '०'.codePointAt(0) ?? 0;

/**
 * A mobile number as `+919876543210`, from any Indian notation: with +91, 0091, 91 or 0 in front (or +91 and 0), blanks, dashes,
 * dots and brackets, Devanagari digits. Null if it is no mobile number: those have ten digits and begin with 6 to 9.
 */
export function normalisePhone(raw: string): string | null {
  const text = raw
    .trim()
    .replaceAll(/[०-९]/g, (digit) => String((digit.codePointAt(0) ?? 0) - devanagariZero))
    .replaceAll(/[\s.()\u{2010}-\u{2013}-]/gu, '');
  const match = /^(?:\+91|0091|91)?0?([6-9]\d{9})$/.exec(text);
  return match?.[1] === undefined ? null : `+91${match[1]}`;
}
