/** Titles before a name. `kumari` and `sri` are names too: dropped only in front of two more words. */
export const honorifics: ReadonlySet<string> = new Set([
  'mr', 'mrs', 'ms', 'miss', 'dr', 'prof', 'er', 'adv', 'ca', 'capt', 'col', 'maj', 'lt', 'late',
  'shri', 'shree', 'smt', 'shrimati', 'shreemti', 'shreemtee', 'sushri', 'sushree', 'kum', 'km', 'sh', 'janab',
]); // prettier-ignore
export const honorificsBeforeTwo: ReadonlySet<string> = new Set(['sri', 'sree', 'kumari', 'kumaree']);

/** Courtesy suffixes on a given name: Rameshbhai, Ushaben, Sushilabai, Gandhiji. */
export const courtesies: readonly string[] = ['bhai', 'ben', 'bai', 'ji'];
/** The same courtesies as separate words, and words that anybody may have or omit. Alone they identify nobody. */
export const fillers: ReadonlySet<string> = new Set([
  'bhai', 'ben', 'bai', 'ji', 'kumar', 'kumari', 'devi', 'lal', 'prasad', 'singh', 'kaur', 'begum', 'bibi', 'ram', 'chand', 'nath',
  'mohammed', 'khatun',
]); // prettier-ignore

/** Words after which somebody else is named: son of, daughter of, wife of, care of. */
export const relations = /\b[sdwc]\s*\/\s*o\b.*$/i;

/** Spellings of one name that no rule of `soundOf` unifies; the first stands for all. */
export const spellings: readonly (readonly string[])[] = [
  ['mohammed', 'mohammad', 'muhammad', 'mohamed', 'muhammed', 'mohamad', 'mohamaad', 'mohd', 'md'],
  ['ahmed', 'ahmad', 'ahamed'],
  ['sheikh', 'shaikh', 'sheik', 'shaik', 'shekh', 'sk'],
  ['sayyid', 'syed', 'sayed', 'saiyad', 'sayyad'],
  ['abdul', 'abdool'],
  ['begum', 'begam'],
  ['hussain', 'husain', 'hussein', 'hossain', 'husen'],
  ['chaudhary', 'chaudhri', 'choudhary', 'choudhury', 'chowdhury', 'chowdhary', 'chaudhuri', 'choudhry'],
  ['agarwal', 'aggarwal', 'agrawal', 'aggrawal'],
  ['singh', 'sinh', 'sing', 'simha'],
  ['srivastava', 'shrivastava', 'srivastav', 'shrivastav'],
  ['iyer', 'aiyar', 'ayyar', 'iyyer'],
  ['iyengar', 'ayyangar', 'aiyangar'],
  ['nair', 'nayar', 'naayar'],
  ['banerjee', 'bannerjee', 'banerji', 'banarjee', 'bandopadhyay', 'bandyopadhyay'],
  ['mukherjee', 'mukherji', 'mukharjee', 'mukerji', 'mukhopadhyay'],
  ['chatterjee', 'chatterji', 'chatarjee', 'chattopadhyay'],
  ['ganguly', 'ganguli', 'gangopadhyay'],
  ['bhattacharya', 'bhattacharyya', 'bhattacharjee'],
  ['rao', 'raav'],
  ['menon', 'menan'],
  ['dutta', 'datta', 'dutt', 'datt'],
  ['tiwari', 'tewari', 'tiwary'],
  ['pandey', 'pande', 'pandeya'],
  ['mishra', 'misra', 'mishr'],
  ['gupta', 'gupt'],
  ['verma', 'varma'],
  ['mehta', 'mahta', 'maheta'],
  ['rathore', 'rathod', 'rathaur'],
  ['kumar', 'kr', 'kumara'],
  ['narayan', 'narain', 'narayana'],
  ['krishna', 'krushna', 'krishan', 'kishan'],
  ['vishnu', 'bishnu'],
  ['venkat', 'venkata', 'venkatt'],
  ['devi', 'debi'],
  ['jyoti', 'jyothi', 'joti'],
  ['ravindra', 'rabindra', 'ravinder', 'ravindar'],
  ['rajendra', 'rajender', 'rajinder'],
  ['surendra', 'surender', 'surinder'],
  ['mahendra', 'mahender', 'mohinder', 'mahinder'],
  ['narendra', 'narender', 'narinder'],
  ['virendra', 'virender', 'birendra', 'varinder'],
  ['jitendra', 'jitender', 'jatinder'],
  ['dharmendra', 'dharmender', 'dharminder'],
  ['ashok', 'ashoka', 'asok'],
  ['yusuf', 'yousuf', 'yusoof', 'yousaf'],
];
