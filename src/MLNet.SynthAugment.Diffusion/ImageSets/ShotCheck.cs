using System.Runtime.InteropServices;
using System.Security.Cryptography;
using MLNet.SynthAugment.Diffusion.Text.Normalization;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Advanced;
using SixLabors.ImageSharp.PixelFormats;

namespace MLNet.SynthAugment.Diffusion.ImageSets;

/// <summary>
/// Finds shots that cannot teach what they should: identical ones of a class, one picture in two classes, pictures of a
/// single colour, and classes whose names
/// people cannot tell apart. Pictures are compared by their pixels, whatever files they come from.
/// </summary>
internal sealed class ShotCheck
{
    private const int NamesShown = 5;

    private readonly List<Shot> _shots = [];

    private sealed record Shot(string ClassName, string Name, string Hash, bool IsOneColour);

    /// <summary>Takes a shot.</summary>
    /// <param name="className">Its class.</param>
    /// <param name="name">What it is called in sentences, such as its path.</param>
    /// <param name="image">Its pixels; they are not kept.</param>
    public void Add(string className, string name, Image<Rgb24> image)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(BitConverter.GetBytes(image.Width));
        var first = image[0, 0];
        var isOneColour = true;
        for (var y = 0; y < image.Height; y++)
        {
            var row = image.DangerousGetPixelRowMemory(y).Span;
            hash.AppendData(MemoryMarshal.AsBytes(row));
            isOneColour = isOneColour && !row.ContainsAnyExcept(first);
        }
        _shots.Add(new Shot(className, name, Convert.ToHexString(hash.GetHashAndReset()), isOneColour));
    }

    /// <summary>A sentence for each thing that was found, with names; empty if all shots can teach.</summary>
    public IReadOnlyList<string> Warnings() =>
        [.. Identical(), .. InSeveralClasses(), .. OfOneColour(), .. AlikeNames()];

    private IEnumerable<string> Identical() =>
        from shots in _shots.GroupBy(shot => (shot.ClassName, shot.Hash))
        where shots.Count() > 1
        select $"{shots.Count()} images of class '{shots.Key.ClassName}' are the same picture, and teach no more than "
            + $"one: {List(shots.Select(shot => shot.Name))}.";

    private IEnumerable<string> InSeveralClasses() =>
        from shots in _shots.GroupBy(shot => shot.Hash)
        let classes = shots.Select(shot => shot.ClassName).Distinct().ToList()
        where classes.Count > 1
        select $"One picture is in {classes.Count} classes, {List(classes)}, and teaches neither: "
            + $"{List(shots.Select(shot => shot.Name))}.";

    private IEnumerable<string> OfOneColour() =>
        from shots in _shots.Where(shot => shot.IsOneColour).GroupBy(shot => shot.ClassName)
        let count = shots.Count()
        select $"{count} {(count == 1 ? "image" : "images")} of class '{shots.Key}' {(count == 1 ? "has" : "have")} a "
            + $"single colour: {List(shots.Select(shot => shot.Name))}.";

    private IEnumerable<string> AlikeNames() =>
        from names in _shots.Select(shot => shot.ClassName).Distinct().GroupBy(Plain)
        where names.Count() > 1
        let isCase = names.Select(CanonicalComposition.Normalize).Distinct().Count() > 1
        select $"{names.Count()} classes differ in their names only by "
            + $"{(isCase ? "letter case or blanks" : "the Unicode form (NFC, NFD)")}: {List(names.Select(Spell))}. Are "
            + $"they one class?";

    private static string Plain(string name) =>
        CanonicalComposition.Normalize(CanonicalComposition.Normalize(name).Trim().ToUpperInvariant());

    // Two Unicode forms of a name look the same; the code points beside it do not.
    private static string Spell(string name) => CanonicalComposition.Normalize(name) == name
        ? name
        : $"{name} ({string.Join(' ', name.EnumerateRunes().Select(rune => $"U+{rune.Value:X4}"))})";

    private static string List(IEnumerable<string> names)
    {
        var all = names.ToList();
        return string.Join(", ", all.Take(NamesShown).Select(name => $"'{name}'"))
            + (all.Count > NamesShown ? ", …" : "");
    }
}
