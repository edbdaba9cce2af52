/** Products in the dihedral group D5, and the permutation for a digit's position: Verhoeff's check, used by Aadhaar numbers. */
const product = [
  '0123456789', '1234067895', '2340178956', '3401289567', '4012395678', '5987604321', '6598710432', '7659821043', '8765932104', '9876543210',
] as const; // prettier-ignore
const permutation = [
  '0123456789', '1576283094', '5803796142', '8916043527', '9453126870', '4286573901', '2793806415', '7046913258',
] as const; // prettier-ignore

/** Twelve digits (ignoring blanks), not beginning with 0 or 1, with a correct check digit. */
export function isAadhaar(number: string): boolean {
  const digits = number.replaceAll(/[\s-]/g, '');
  if (!/^[2-9]\d{11}$/.test(digits)) return false;
  let check = 0;
  digits
    .split('')
    .toReversed()
    .forEach((digit, place) => {
      const permuted = permutation[place % 8]?.[Number(digit)] ?? '0';
      check = Number(product[check]?.[Number(permuted)]);
    });
  return check === 0;
}

/** Five letters, of which the fourth gives the holder's kind (P: a person), four digits, a letter. */
export const isPan = (number: string): boolean => /^[A-Z]{3}P[A-Z]\d{4}[A-Z]$/.test(number.trim().toUpperCase());
