/** Unicode's scripts, the frequent ones first. */
const names =
  "Latin Common Han Inherited Cyrillic Arabic Hangul Devanagari Greek Hebrew Thai Adlam Ahom " +
  "Anatolian_Hieroglyphs Armenian Avestan Balinese Bamum Bassa_Vah Batak Bengali Bhaiksuki Bopomofo Brahmi " +
  "Braille Buginese Buhid Canadian_Aboriginal Carian Caucasian_Albanian Chakma Cham Cherokee Chorasmian Coptic " +
  "Cuneiform Cypriot Cypro_Minoan Deseret Dives_Akuru Dogra Duployan Egyptian_Hieroglyphs Elbasan Elymaic " +
  "Ethiopic Garay Georgian Glagolitic Gothic Grantha Gujarati Gunjala_Gondi Gurmukhi Gurung_Khema Hanifi_Rohingya " +
  "Hanunoo Hatran Imperial_Aramaic Inscriptional_Pahlavi Inscriptional_Parthian Javanese Kaithi Kannada Kawi " +
  "Kayah_Li Kharoshthi Khitan_Small_Script Khmer Khojki Khudawadi Kirat_Rai Lao Lepcha Limbu Linear_A Linear_B " +
  "Lisu Lycian Lydian Mahajani Makasar Malayalam Mandaic Manichaean Marchen Masaram_Gondi Medefaidrin " +
  "Meetei_Mayek Mende_Kikakui Meroitic_Cursive Meroitic_Hieroglyphs Miao Modi Mongolian Mro Multani Myanmar " +
  "Nabataean Nag_Mundari Nandinagari New_Tai_Lue Newa Nko Nushu Nyiakeng_Puachue_Hmong Ogham Ol_Chiki Ol_Onal " +
  "Old_Hungarian Old_Italic Old_North_Arabian Old_Permic Old_Persian Old_Sogdian Old_South_Arabian Old_Turkic " +
  "Old_Uyghur Oriya Osage Osmanya Pahawh_Hmong Palmyrene Pau_Cin_Hau Phags_Pa Phoenician Psalter_Pahlavi Rejang " +
  "Runic Samaritan Saurashtra Sharada Shavian Siddham SignWriting Sinhala Sogdian Sora_Sompeng Soyombo Sundanese " +
  "Sunuwar Syloti_Nagri Syriac Tagalog Tagbanwa Tai_Le Tai_Tham Tai_Viet Takri Tamil Tangsa Tangut Telugu Thaana " +
  "Tibetan Tifinagh Tirhuta Todhri Toto Tulu_Tigalari Ugaritic Vai Vithkuqi Wancho Warang_Citi Yezidi Yi " +
  "Zanabazar_Square";

/** Characters that take the script of the one before: combining marks. */
export const inherited = "Inherited";

/**
 * The script of a character, Hiragana and Katakana counting as Han, as SentencePiece has it: Japanese words mix them.
 *
 * Scripts are those that the engine knows: one of a later version of Unicode is "Unknown".
 */
export function scriptOf(character: string): string {
  let script = known.get(character);
  if (script === undefined) {
    script = patterns().find(({ pattern }) => pattern.test(character))?.script ?? "Unknown";
    known.set(character, script);
  }
  return script;
}

const known = new Map<string, string>();

interface ScriptPattern {
  readonly script: string;
  readonly pattern: RegExp;
}

let compiled: readonly ScriptPattern[] | undefined;

function patterns(): readonly ScriptPattern[] {
  compiled ??= [
    // The mark that lengthens a vowel is common to both of Japan's alphabets.
    { script: "Han", pattern: /^[\p{Script=Hiragana}\p{Script=Katakana}\u30FC]/u },
    ...names.split(" ").flatMap((script) => {
      try {
        return { script, pattern: new RegExp(`^\\p{Script=${script}}`, "u") };
      } catch {
        return []; // this engine's Unicode is older
      }
    }),
  ];
  return compiled;
}
