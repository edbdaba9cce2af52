/**
 * The postal circle by a pincode's first two digits (India Post), in words as an address may hold them. The first digit is the
 * zone: 1 and 2 north, 3 west and Rajasthan, 4 west and centre, 5 and 6 south, 7 east and north-east, 8 Bihar and Jharkhand, 9 the army.
 */
const circles: readonly (readonly [from: number, to: number, states: readonly string[]])[] = [
  [11, 11, ['delhi']],
  [12, 13, ['haryana']],
  [14, 16, ['punjab', 'chandigarh', 'haryana']],
  [17, 17, ['himachal pradesh']],
  [18, 19, ['jammu and kashmir', 'jammu & kashmir', 'ladakh']],
  [20, 28, ['uttar pradesh', 'uttarakhand']],
  [30, 34, ['rajasthan']],
  [36, 39, ['gujarat', 'daman and diu', 'dadra and nagar haveli']],
  [40, 44, ['maharashtra', 'goa']],
  [45, 48, ['madhya pradesh']],
  [49, 49, ['chhattisgarh']],
  [50, 50, ['telangana']],
  [51, 53, ['andhra pradesh']],
  [56, 59, ['karnataka']],
  [60, 66, ['tamil nadu', 'puducherry']],
  [67, 69, ['kerala', 'lakshadweep']],
  [70, 74, ['west bengal', 'sikkim', 'andaman and nicobar islands']],
  [75, 77, ['odisha', 'orissa']],
  [78, 78, ['assam']],
  [79, 79, ['arunachal pradesh', 'manipur', 'meghalaya', 'mizoram', 'nagaland', 'tripura']],
  [80, 85, ['bihar', 'jharkhand']],
];
const allStates = circles.flatMap(([, , states]) => states);

/**
 * Whether a pincode is possible: six digits (perhaps with a blank) in an existing circle; and whether it may be in the state that
 * the address names, if any.
 */
export function checkPincode(address: string, pincode: string): 'agrees' | 'disagrees' | 'impossible' {
  const digits = pincode.replaceAll(/\s/g, '');
  if (!/^[1-8]\d{5}$/.test(digits)) return 'impossible';
  const circle = Number(digits.slice(0, 2));
  const states = circles.find(([from, to]) => from <= circle && circle <= to)?.[2];
  if (states === undefined) return 'impossible';
  const text = address.toLowerCase();
  const named = allStates.filter((state) => text.includes(state));
  return named.length === 0 || named.some((state) => states.includes(state)) ? 'agrees' : 'disagrees';
}
