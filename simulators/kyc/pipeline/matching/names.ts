import { distance } from 'fastest-levenshtein';
import { courtesies, fillers, honorifics, honorificsBeforeTwo, relations, spellings } from './name-spellings.ts';
import { hasDevanagari, transliterate } from './transliterate.ts';

/** How strongly two words of two names suggest one person; 0 speaks against it. */
const worth = { same: 1, sameSound: 0.97, nearly: 0.85, initial: 0.8 } as const;
/** Longer words may differ in one letter of eight (Subramanian, Subramaniam); Rakesh and Rajesh are two people. */
const nearlyFrom = 0.875;
/** For each word that one name has and the other omits. */
const leftOut = 0.04;
const mostLeftOut = 0.12;
/**
 * Never enough for approval: a different word where one should be the same; nothing but initials, fillers or one word in common.
 */
const conflict = 0.4;
const tooLittle = 0.6;

/**
 * How certain it is that two spellings name one person, 0 to 1: in Latin letters or Devanagari, with initials, in any order, with
 * honorifics, in any common transliteration. 0 if there is no word in a readable script.
 */
export function nameMatch(one: string, other: string): number {
  const [a, b] = [wordsOf(one), wordsOf(other)];
  if (a.length === 0 || b.length === 0) return 0;
  const best = Math.max(
    ...[a, ...joinings(a, b)].map((joined) => aligned(joined, b)),
    ...joinings(b, a).map((joined) => aligned(a, joined)),
  );
  return Math.round(best * 1_000) / 1_000;
}

/** A name's words: lower case, Latin, without honorifics, courtesies and relations; initials are one-letter words. */
export function wordsOf(name: string): string[] {
  const latin = (hasDevanagari(name) ? transliterate(name) : name)
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .replace(relations, '');
  const words = latin
    .replaceAll(/['’`]/g, '')
    .split(/[^\p{L}]+/u)
    .flatMap(splitInitials)
    .map((word) => word.toLowerCase())
    .filter((word) => /^[a-z]+$/.test(word));
  const named = words.filter((word, i) => !(honorifics.has(word) && words.length - i > 1));
  const [first] = named;
  const rest = first !== undefined && honorificsBeforeTwo.has(first) && named.length > 2 ? named.slice(1) : named;
  return rest.map(withoutCourtesy);
}

/** `RK Sharma` has two initials: capitals without a vowel. `MD` and `SK` are names, `DR` and `MR` are not. */
function splitInitials(word: string): string[] {
  const known = ['MD', 'SK', 'KR', 'SH', 'KM', 'LT', 'CA'].includes(word) || honorifics.has(word.toLowerCase());
  return /^[B-DF-HJ-NP-TV-XZ]{2,3}$/.test(word) && !known ? word.split('') : [word];
}

const withoutCourtesy = (word: string): string => {
  const courtesy = courtesies.find((ending) => word.endsWith(ending) && word.length >= ending.length + 4);
  // Mukherji is a name by itself.
  return courtesy === undefined || standard.has(word) ? word : word.slice(0, -courtesy.length);
};

/** The words with two neighbours joined, if the other name joins them: Ram Krishna, Ramkrishna. */
function joinings(words: readonly string[], others: readonly string[]): (readonly string[])[] {
  const sounds = new Set(others.map(soundOf));
  return words.slice(1).flatMap((word, i) => {
    const joined = (words[i] ?? '') + word;
    return sounds.has(soundOf(joined)) ? [[...words.slice(0, i), joined, ...words.slice(i + 2)]] : [];
  });
}

/** Pairs each word of one name with the best remaining word of the other. */
function aligned(a: readonly string[], b: readonly string[]): number {
  const pairs = a
    .flatMap((word, i) => b.map((other, j) => ({ i, j, word, other, value: wordMatch(word, other) })))
    .filter(({ value }) => value > 0)
    .toSorted((x, y) => y.value - x.value);
  const [usedA, usedB] = [new Set<number>(), new Set<number>()];
  const chosen = pairs.filter(({ i, j }) => {
    if (usedA.has(i) || usedB.has(j)) return false;
    usedA.add(i);
    usedB.add(j);
    return true;
  });
  const [openA, openB] = [a.length - chosen.length, b.length - chosen.length];
  const mean = chosen.reduce((sum, { value }) => sum + value, 0) / Math.max(1, chosen.length);
  if (openA > 0 && openB > 0) return Math.min(conflict, mean);
  const score = mean - Math.min(mostLeftOut, leftOut * (openA + openB));
  const telling = chosen.filter(({ word, other }) => word.length > 1 && other.length > 1 && !isFiller(word));
  const isEnough = telling.length > 0 && (chosen.length > 1 || openA + openB === 0);
  return isEnough ? score : Math.min(tooLittle, score);
}

function wordMatch(a: string, b: string): number {
  if (a === b) return worth.same;
  const [soundA, soundB] = [soundOf(a), soundOf(b)];
  if (a.length === 1 || b.length === 1) return a[0] === b[0] || soundA[0] === soundB[0] ? worth.initial : 0;
  if (soundA === soundB || standsFor(a) === standsFor(b)) return worth.sameSound;
  const alike = 1 - distance(soundA, soundB) / Math.max(soundA.length, soundB.length);
  return alike >= nearlyFrom ? worth.nearly : 0;
}

const isFiller = (word: string): boolean => fillers.has(standsFor(word)) || fillers.has(word);

/** One spelling for everything that sounds the same: doubled letters, aspirates, long vowels, and v or w are interchangeable. */
function soundOf(word: string): string {
  const folded = word
    .replaceAll(/x|ksh/g, 'ks')
    .replaceAll(/chh?/g, 'C')
    .replaceAll(/ph/g, 'f')
    .replaceAll(/^(?:jn|dny)/g, 'gy')
    .replaceAll(/sh/g, 's')
    .replaceAll(/([bcdgjkt])h/g, '$1')
    .replaceAll(/c|q/g, 'k')
    .replaceAll('C', 'c')
    .replaceAll(/ck/g, 'k')
    .replaceAll(/z/g, 'j')
    .replaceAll(/ee/g, 'i')
    .replaceAll(/oo/g, 'u')
    .replaceAll(/[ao]u|[ao]w(?![aeiou])/g, 'o')
    .replaceAll(/w/g, 'v')
    .replaceAll(/y/g, 'i')
    .replaceAll(/re$/g, 'r')
    .replaceAll(/(.)\1+/g, '$1')
    .replaceAll(/ei/g, 'e');
  // Hindi drops an `a` between two consonants that each have a vowel next to them: Kamala is Kamla.
  return folded.replaceAll(/(?<=[aeiou][^aeiou])a(?=[^aeiou][aeiou])/g, '');
}

const standard = new Map(
  spellings.flatMap((group) =>
    group.flatMap(
      (word) =>
        [
          [word, group[0]],
          [soundOf(word), group[0]],
        ] as const,
    ),
  ),
);
/** The representative spelling of a name that has several; otherwise its sound. */
const standsFor = (word: string): string => standard.get(word) ?? standard.get(soundOf(word)) ?? soundOf(word);
