namespace MLNet.SynthAugment.Diffusion.ImageSets;

/// <summary>
/// Turns the names of a zip into text. Most programs before 2010, and Windows' Explorer, write them in the code page of
/// the machine without saying which:
/// then they are UTF-8 if all of them are valid UTF-8, and else of the code page in which they read best.
/// </summary>
internal static class ZipNameDecoder
{
    private static readonly UTF8Encoding s_utf8 =
        new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    // It has a character for every byte.
    private const int LastResort = 437;

    // Some names that read well in Chinese read well in Korean: it takes about six characters to believe it.
    private const int Korean = 949;
    private const double KoreanIsRarer = 1.1;

    // In the order in which they are taken where names read equally well.
    private static readonly int[] s_codePages = [932, 936, 1252, 437, 850, 950, 949, 866, 1251, 1250, 852];

    /// <summary>Decodes the names.</summary>
    /// <param name="names">The names.</param>
    /// <param name="encoding">The encoding of those that say nothing of it; null to find it out.</param>
    /// <returns>The texts, in the same order, and the name of the code page that was found; null if none had to
    /// be.</returns>
    public static (IReadOnlyList<string> Names, string? CodePage) Decode(IReadOnlyList<ZipName> names,
        Encoding? encoding)
    {
        var unstated = names.Where(name => NeedsEncoding(name)).Select(name => name.Bytes).ToList();
        var found = encoding ?? (unstated.Count == 0 || unstated.All(bytes => DecodeUtf8(bytes) is not null) ? s_utf8
            : Best(unstated));
        var isGuess = encoding is null && unstated.Count > 0 && found != (Encoding)s_utf8;
        var texts = new List<string>();
        var taken = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var name in names)
        {
            var text = name.Unicode ?? Decode(name.Bytes, NeedsEncoding(name) ? found : s_utf8);
            // Some code pages have two codes for a character.
            if (!taken.TryAdd(text, name.Bytes) && !taken[text].AsSpan().SequenceEqual(name.Bytes)
                && NeedsEncoding(name))
                text = Strict(LastResort).GetString(name.Bytes);
            texts.Add(text);
        }
        return (texts, isGuess ? found.WebName : null);
    }

    /// <summary>An encoding by its name or the number of its code page.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static Encoding Named(string name)
    {
        var trimmed = name.Trim();
        var number = trimmed.StartsWith("cp", StringComparison.OrdinalIgnoreCase) ? trimmed[2..] : trimmed;
        try
        {
            var encoding = int.TryParse(number, out var codePage)
                ? CodePagesEncodingProvider.Instance.GetEncoding(codePage) ?? Encoding.GetEncoding(codePage)
                : CodePagesEncodingProvider.Instance.GetEncoding(trimmed) ?? Encoding.GetEncoding(trimmed);
            // Names are cut at slashes, which are one byte in what zips hold.
            return encoding.GetByteCount("/") == 1 ? encoding : throw new NotSupportedException();
        }
        catch (Exception error) when (error is ArgumentException or NotSupportedException)
        {
            throw new ArgumentException(
                $"There is no encoding '{name}' for the names of a zip. Give the name or number of a code page, such "
                + $"as shift_jis, gbk, big5, 437, 850, 1252 or utf-8.", error);
        }
    }

    /// <summary>The text, or null if the bytes are not UTF-8.</summary>
    public static string? DecodeUtf8(byte[] bytes) => DecodeStrictly(bytes, s_utf8);

    private static bool NeedsEncoding(ZipName name) =>
        name.Unicode is null && name.Bytes.Any(value => value >= 0x80)
            && !(name.IsUtf8 && DecodeUtf8(name.Bytes) is not null);

    private static Encoding Best(List<byte[]> names)
    {
        // Folders are named by many files.
        var parts = names.SelectMany(Parts).Where(part => part.Any(value => value >= 0x80))
            .DistinctBy(Convert.ToHexString).ToList();
        return s_codePages.Select(Strict).MaxBy(encoding => Fit(parts, encoding))!;
    }

    private static double Fit(List<byte[]> parts, Encoding encoding)
    {
        var sum = encoding.CodePage == Korean ? -KoreanIsRarer : 0;
        foreach (var part in parts)
        {
            if (DecodeStrictly(part, encoding) is not { } text)
                return double.NegativeInfinity;
            sum += NameFit.Of(text, encoding);
        }
        return sum;
    }

    // A slash is never part of a character in the encodings above; a backslash may be.
    private static IEnumerable<byte[]> Parts(byte[] name)
    {
        for (var start = 0; start <= name.Length;)
        {
            var end = Array.IndexOf(name, (byte)'/', start);
            end = end < 0 ? name.Length : end;
            yield return name[start..end];
            start = end + 1;
        }
    }

    // What an encoding lacks must not become one and the same sign.
    private static string Decode(byte[] bytes, Encoding encoding) =>
        DecodeStrictly(bytes, Strict(encoding.CodePage)) ?? Strict(LastResort).GetString(bytes);

    private static string? DecodeStrictly(byte[] bytes, Encoding encoding)
    {
        try
        {
            return encoding.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private static Encoding Strict(int codePage) =>
        CodePagesEncodingProvider.Instance.GetEncoding(codePage, EncoderFallback.ExceptionFallback,
            DecoderFallback.ExceptionFallback)
        ?? Encoding.GetEncoding(codePage, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);
}
