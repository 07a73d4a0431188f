namespace FewShotAccuracy.Images;

/// <summary>An image of a set, decoded once and written anew as a PNG file.</summary>
/// <param name="ClassName">Its class as words: what lies in "Sanskrit/character07" is "Sanskrit character07".</param>
/// <param name="Name">Its path inside the set.</param>
/// <param name="Rank">Its place among its class's training images by the set's index.csv, or null where that says nothing.</param>
/// <param name="ImagePath">The PNG file.</param>
/// <param name="PixelHash">SHA-256 of its pixels, to recognise copies.</param>
public sealed record LabelledImage(string ClassName, string Name, int? Rank, string ImagePath, string PixelHash)
{
    public ImageRow ToRow() => new() { ImagePath = ImagePath, Label = ClassName };
}
