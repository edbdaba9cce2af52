/** Latin letters as Indian documents write them (not ISO 15919): शर्मा is `sharma`. */
const consonants: Readonly<Record<string, string>> = {
  क: 'k', ख: 'kh', ग: 'g', घ: 'gh', ङ: 'n', च: 'ch', छ: 'chh', ज: 'j', झ: 'jh', ञ: 'n', ट: 't', ठ: 'th', ड: 'd', ढ: 'dh',
  ण: 'n', त: 't', थ: 'th', द: 'd', ध: 'dh', न: 'n', प: 'p', फ: 'ph', ब: 'b', भ: 'bh', म: 'm', य: 'y', र: 'r', ल: 'l',
  ळ: 'l', व: 'v', श: 'sh', ष: 'sh', स: 's', ह: 'h',
}; // prettier-ignore
/** With a dot below (nukta): Persian sounds, and the flapped r of अरोड़ा (Arora). */
const dotted: Readonly<Record<string, string>> = { क: 'q', ख: 'kh', ग: 'g', ज: 'z', ड: 'r', ढ: 'rh', फ: 'f' };
const vowels: Readonly<Record<string, string>> = {
  अ: 'a', आ: 'aa', इ: 'i', ई: 'ee', उ: 'u', ऊ: 'oo', ऋ: 'ri', ए: 'e', ऐ: 'ai', ओ: 'o', औ: 'au', ऑ: 'o', ऍ: 'e',
}; // prettier-ignore
const signs: Readonly<Record<string, string>> = {
  'ा': 'aa', 'ि': 'i', 'ी': 'ee', 'ु': 'u', 'ू': 'oo', 'ृ': 'ri', 'े': 'e', 'ै': 'ai', 'ो': 'o', 'ौ': 'au', 'ॉ': 'o', 'ॅ': 'e',
}; // prettier-ignore
const virama = '्';
const nukta = '़';
const nasals = new Set(['ं', 'ँ']);
const labials = new Set(['प', 'फ', 'ब', 'भ', 'म']);

/** Words whose usual Latin spelling follows no rule. */
const asWritten: Readonly<Record<string, string>> = { सिंह: 'singh', डॉ: 'dr' };

/** A part of a word: a consonant cluster (or none) and the following vowel; `schwa` marks an `a` that is not written. */
interface Syllable {
  consonants: string[];
  vowel: string;
  schwa: boolean;
}

export const hasDevanagari = (text: string): boolean => /\p{Script=Devanagari}/u.test(text);

/** Converts every Devanagari word of a text to Latin letters, lower case; the rest is unchanged. */
export const transliterate = (text: string): string =>
  text
    .normalize('NFD')
    .replaceAll(/[\p{Script=Devanagari}\p{M}]+/gu, (word) => asWritten[word.normalize('NFC')] ?? latin(word));

function latin(word: string): string {
  const syllables = syllablesOf(Array.from(word));
  return dropSchwas(syllables)
    .map(({ consonants: cluster, vowel }) => cluster.join('') + vowel)
    .join('')
    .replaceAll('jn', 'gy');
}

function syllablesOf(letters: readonly string[]): Syllable[] {
  const syllables: Syllable[] = [];
  let cluster: string[] = [];
  const close = (vowel: string, schwa = false) => {
    syllables.push({ consonants: cluster, vowel, schwa });
    cluster = [];
  };
  for (const [i, letter] of letters.entries()) {
    const next = letters[i + 1];
    const consonant = next === nukta ? (dotted[letter] ?? consonants[letter]) : consonants[letter];
    if (consonant !== undefined) {
      cluster.push(consonant);
      const after = next === nukta ? letters[i + 2] : next;
      if (after !== virama && (after === undefined || signs[after] === undefined)) close('a', true);
    } else if (nasals.has(letter)) {
      // Sounds like the consonant after it: संपत is Sampat, आनंद is Anand.
      const last = syllables.at(-1);
      if (last !== undefined) last.vowel += next !== undefined && labials.has(next) ? 'm' : 'n';
    } else {
      const vowel = vowels[letter] ?? signs[letter];
      if (vowel !== undefined) close(vowel);
    }
  }
  if (cluster.length > 0) close('');
  return syllables;
}

/**
 * Hindi does not speak every inherent `a`: not the last one after a single consonant (राम, Ram; but मिश्र, Mishra), and, from
 * the right, none between one consonant and another that each have a vowel beside them (कमला, Kamla).
 */
function dropSchwas(syllables: readonly Syllable[]): readonly Syllable[] {
  for (let i = syllables.length - 1; i > 0; i--) {
    const [before, one, after] = [syllables[i - 1], syllables[i], syllables[i + 1]];
    if (before === undefined || one === undefined || !one.schwa || one.vowel !== 'a') continue;
    if (one.consonants.length !== 1 || before.vowel === '') continue;
    const isLast = after === undefined;
    if (isLast || (after.consonants.length === 1 && after.vowel !== '' && /[aeiou]$/.test(before.vowel)))
      one.vowel = '';
  }
  return syllables;
}
