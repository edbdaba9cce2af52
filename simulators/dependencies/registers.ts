/**
 * What the registers that KYC asks know of people. Nothing is stored: a record follows from its number, so that the registers
 * agree with whoever made the applications by this rule alone.
 *
 *     Aadhaar  [2-9] ppppppp xxx c    ppppppp: the person's number in seven digits; c: Verhoeff's check digit
 *     photo    face-<person's number>; a selfie shows the same face where it is the same token, and a poor picture of it where
 *              more follows after a hyphen (`face-42-blurred`)
 *     PAN      AAAPA9999A             the fourth letter P: a person's
 *     pincode  first three digits: the sorting district (India Post)
 */

/** Products in the dihedral group of the pentagon, and the permutation that a digit's place brings: Verhoeff's check. */
const products = [
  '0123456789', '1234067895', '2340178956', '3401289567', '4012395678', '5987604321', '6598710432', '7659821043', '8765932104', '9876543210',
] as const; // prettier-ignore
const permutations = [
  '0123456789', '1576283094', '5803796142', '8916043527', '9453126870', '4286573901', '2793806415', '7046913258',
] as const; // prettier-ignore

/** The photo for an Aadhaar number; null if nobody has that number. */
export function photoOf(aadhaar: string): string | null {
  if (!/^[2-9]\d{11}$/.test(aadhaar)) return null;
  let check = 0;
  for (let place = 0; place < 12; place++) {
    const permuted = Number(permutations[place % 8]?.[Number(aadhaar[11 - place])]);
    check = Number(products[check]?.[permuted]);
  }
  return check === 0 ? `face-${Number(aadhaar.slice(1, 8))}` : null;
}

/** Whether a permanent account number is a person's. */
export const isPan = (pan: string): boolean => /^[A-Z]{3}P[A-Z]\d{4}[A-Z]$/.test(pan);

/** How certain it is that both pictures show one face, from 0 to 1; a poor picture leaves doubt. */
export function likeness(photo: string, selfie: string): number {
  if (selfie === photo) return 0.95;
  return selfie.startsWith(`${photo}-`) ? 0.6 : 0.1;
}

const citiesByDistrict: Readonly<Record<string, string>> = {
  110: 'New Delhi', 121: 'Faridabad', 122: 'Gurugram', 141: 'Ludhiana', 143: 'Amritsar', 171: 'Shimla', 208: 'Kanpur', 221: 'Varanasi',
  226: 'Lucknow', 248: 'Dehradun', 302: 'Jaipur', 324: 'Kota', 380: 'Ahmedabad', 395: 'Surat', 400: 'Mumbai', 411: 'Pune', 422: 'Nashik',
  440: 'Nagpur', 452: 'Indore', 462: 'Bhopal', 492: 'Raipur', 500: 'Hyderabad', 506: 'Warangal', 520: 'Vijayawada', 530: 'Visakhapatnam',
  560: 'Bengaluru', 570: 'Mysuru', 600: 'Chennai', 625: 'Madurai', 641: 'Coimbatore', 682: 'Kochi', 695: 'Thiruvananthapuram',
  700: 'Kolkata', 734: 'Siliguri', 751: 'Bhubaneswar', 753: 'Cuttack', 781: 'Guwahati', 800: 'Patna', 823: 'Gaya', 834: 'Ranchi',
}; // prettier-ignore

/** Whether mail to this address would arrive: the address names the pincode's city, or the pincode's place is unknown here. */
export function isDeliverable(address: string, pincode: string): boolean {
  if (!/^[1-9]\d{5}$/.test(pincode)) return false;
  const city = citiesByDistrict[pincode.slice(0, 3)];
  return city === undefined || address.toLowerCase().includes(city.toLowerCase());
}
