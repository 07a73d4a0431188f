namespace MLNet.SynthAugment.Diffusion.ImageSets;

/// <summary>
/// How much a text looks like a name that somebody gave a folder, so that the encoding of its bytes can be told.
/// </summary>
internal static class NameFit
{
    private const double Likely = 3;
    private const double Possible = 1;
    private const double Unlikely = -2;
    private const double Mixed = -2;
    private const double Impossible = -8;

    // The letters with accents that western languages use most.
    private const string WesternLetters = "äöüßÄÖÜéèêëàâáçñóíúìòùîôûåæøÅÆØÉÈÀÇÑÓÁÍÚïœãõÂÊÎÔ";
    private const string EasternLetters = "ąćęłńóśźżčďěňřšťůžýőűáéíúôäöüŁŚŻŹČŘŠŽÝÁÉÍÚŐŰĆ";
    private const string Vowels = "aeiouyäöüéèêëàâáóíúìòùîôûåæøïœãõąęěůőűý";

    /// <summary>
    /// Adds up what speaks for the characters of a text that are not ASCII, in bytes, so that encodings with one and
    /// with two bytes compare.
    /// </summary>
    /// <param name="text">The name.</param>
    /// <param name="encoding">Where it is decoded from.</param>
    public static double Of(string text, Encoding encoding)
    {
        var sum = 0.0;
        for (var i = 0; i < text.Length; i++)
        {
            var character = text[i];
            if (character < 0x80)
                continue;
            var (before, after) = (i > 0 ? text[i - 1] : ' ', i + 1 < text.Length ? text[i + 1] : ' ');
            sum += Kind(character) switch
            {
                Script.Latin => OfLatin(character, before, after, encoding),
                Script.Cyrillic => OfCyrillic(character, before, after),
                // Chinese sets have kana too, which nobody uses there.
                Script.Kana => 2 * ((encoding.CodePage == 932 ? Likely : Possible)
                    + OfNeighbours(Script.Kana, before, after)),
                Script.Han => 2 * (OfHan(character, encoding) + OfNeighbours(Script.Han, before, after)),
                Script.Hangul => 2 * (OfHangul(character, encoding) + OfNeighbours(Script.Hangul, before, after)),
                Script.FullWidth => 2 * (Possible + OfNeighbours(Script.FullWidth, before, after)),
                Script.Unlikely => Unlikely,
                _ => Impossible,
            };
        }
        return sum;
    }

    private enum Script
    {
        Latin,
        Cyrillic,
        Kana,
        Han,
        Hangul,
        FullWidth,
        Unlikely,
        Impossible,
    }

    private static Script Kind(char character) => character switch
    {
        < '\u00A0' or (>= '\uE000' and <= '\uF8FF') or '\uFFFD' => Script.Impossible,
        (>= '\u00C0' and <= '\u024F') and not ('×' or '÷') => Script.Latin,
        >= '\u0400' and <= '\u045F' => Script.Cyrillic,
        (>= '\u3040' and <= '\u30FF') or '々' or '〆' => Script.Kana,
        >= '\u4E00' and <= '\u9FFF' => Script.Han,
        >= '\uAC00' and <= '\uD7A3' => Script.Hangul,
        >= '\uFF01' and <= '\uFF5E' => Script.FullWidth,
        // Frames and blocks, which OEM code pages have where others have letters.
        >= '\u2500' and <= '\u259F' => Script.Impossible,
        _ => Script.Unlikely,
    };

    private static double OfLatin(char character, char before, char after, Encoding encoding)
    {
        var isEastern = encoding.CodePage is 1250 or 852;
        // Accents are few among plain letters; vowels and consonants change; a capital begins a word.
        var score = (isEastern ? EasternLetters : WesternLetters).Contains(character) ? Likely : Possible;
        // Where both read well, western names are more frequent.
        score -= isEastern ? 0.2 : 0;
        score += IsAccented(before) || IsAccented(after) ? Mixed : 0;
        score += (char.IsUpper(character) && char.IsLower(before)) || (char.IsLower(character) && char.IsUpper(after))
            ? Mixed : 0;
        var isVowel = IsVowel(character);
        // Two dots on an e or i part it from the vowel before.
        score -= char.IsAsciiLetter(before) && IsVowel(before) == isVowel && character is not ('ë' or 'ï') ? 0.5 : 0;
        score -= char.IsAsciiLetter(after) && IsVowel(after) == isVowel ? 0.25 : 0;
        // ß begins no word.
        return character == 'ß' && !char.IsLetter(before) ? score + Mixed : score;
    }

    private static double OfCyrillic(char character, char before, char after)
    {
        var score = character is >= 'А' and <= 'я' or 'ё' or 'Ё' ? 2.0 : Possible - 0.5;
        score += char.IsAsciiLetter(before) || char.IsAsciiLetter(after) ? 2 * Mixed : 0;
        score += char.IsUpper(character) && char.IsLower(before) ? Mixed : 0;
        score += char.IsUpper(character) && char.IsUpper(before) ? -Possible : 0;
        // Words of one letter are rarer than a Latin letter with an accent.
        return Kind(before) == Script.Cyrillic || Kind(after) == Script.Cyrillic ? score : score - Possible;
    }

    // The common characters of the double-byte sets come first in them.
    private static double OfHan(char character, Encoding encoding) =>
        (encoding.CodePage, LeadOf(character, encoding)) switch
        {
            (932, >= 0x88 and <= 0x97) => 2.1,
            // Half of the Chinese names' characters have codes of Korean syllables; Korean names have no others.
            (936, >= 0xB0 and <= 0xC8) => 2.05,
            (936, >= 0xC9 and <= 0xD7) => 2.2,
            (936, < 0xA1) => -1,
            (936, >= 0xD8) when TrailOf(character, encoding) >= 0xA1 => 0.8,
            (936, _) => -1,
            (950, >= 0xA4 and <= 0xC6) => 2.04,
            (949, _) => -0.5,
            _ => 0.3,
        };

    private static double OfHangul(char character, Encoding encoding) =>
        LeadOf(character, encoding) >= 0xB0 && TrailOf(character, encoding) >= 0xA1 ? 2.15 : -1;

    private static double OfNeighbours(Script script, char before, char after)
    {
        var sum = 0.0;
        foreach (var neighbour in (char[])[before, after])
        {
            sum += char.IsAsciiLetter(neighbour) ? Mixed / 2
                // Japanese mixes kana and Chinese characters; nothing else mixes scripts.
                : neighbour >= 0x80 && Kind(neighbour) is var other && other != script
                    && !(IsJapanese(other) && IsJapanese(script)) ? Mixed / 2
                : 0;
        }
        return sum;
    }

    private static bool IsJapanese(Script script) => script is Script.Kana or Script.Han;

    private static bool IsAccented(char character) => Kind(character) == Script.Latin && character >= 0x80;

    private static bool IsVowel(char character) => Vowels.Contains(char.ToLowerInvariant(character));

    private static byte LeadOf(char character, Encoding encoding) => encoding.GetBytes([character])[0];

    private static byte TrailOf(char character, Encoding encoding) => encoding.GetBytes([character])[^1];
}
