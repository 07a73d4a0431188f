using MLNet.SynthAugment.Diffusion.Images;
using MLNet.SynthAugment.Pretraining.Checks;
using MLNet.SynthAugment.Pretraining.Drawings;

namespace MLNet.SynthAugment.Pretraining;

/// <summary>
/// Shows what a model has learnt. Each row begins with a picture; beside it are variations of it, made without a
/// prompt. In the upper rows, whose classes are trained on, the right half is made from the picture's prompt alone; the
/// classes of the lower rows, if any, are held out.
/// </summary>
internal sealed class SamplePicture(
    VariationCheck variations, TrainingPictures pictures, HeldOutClasses? heldOut, int samplesPerHalf)
{
    private const int RowsOfAKind = 8;
    private const int Gap = 2;

    // Far from the numbers that training reaches, so that the pictures on the left are new as well.
    private const long Step = 1L << 41;

    /// <summary>Draws the sheet and saves it as PNG.</summary>
    public void Save(string path)
    {
        var sheet = new List<Image<Rgb24>>();
        try
        {
            AddTrainedClasses(sheet);
            AddHeldOutClasses(sheet);
            SaveSheet(sheet, columns: 2 * samplesPerHalf + 1, path);
        }
        finally
        {
            sheet.ForEach(image => image.Dispose());
        }
    }

    private void AddTrainedClasses(List<Image<Rgb24>> sheet)
    {
        using var scope = NewDisposeScope();
        var batch = PairBatch.Draw(pictures, Step, RowsOfAKind, isAligned: true, CPU);
        var originals = ImageTensors.ToImages(batch.Pictures.narrow(0, 0, RowsOfAKind));
        var varied = variations.Vary(originals, samplesPerHalf, "variations");
        var prompted = variations.Draw([.. batch.Prompts.Take(RowsOfAKind)], samplesPerHalf, "prompts");
        AddRows(sheet, originals, varied, prompted);
    }

    private void AddHeldOutClasses(List<Image<Rgb24>> sheet)
    {
        if (heldOut is null)
            return;
        using var scope = NewDisposeScope();
        var classes = heldOut.Read(CPU);
        var rows = Math.Min(RowsOfAKind, classes.Count);
        var originals = Enumerable.Range(0, rows)
            .SelectMany(row => ImageTensors.ToImages(classes[row * classes.Count / rows].narrow(0, 0, 1))).ToList();
        AddRows(sheet, originals, variations.Vary(originals, 2 * samplesPerHalf, "variations of unknown"));
    }

    private static void AddRows(
        List<Image<Rgb24>> sheet, IReadOnlyList<Image<Rgb24>> first, params IReadOnlyList<Image<Rgb24>>[] others)
    {
        for (var row = 0; row < first.Count; row++)
        {
            sheet.Add(first[row]);
            foreach (var images in others)
                sheet.AddRange(images.Skip(row * images.Count / first.Count).Take(images.Count / first.Count));
        }
    }

    private static void SaveSheet(List<Image<Rgb24>> images, int columns, string path)
    {
        var pitch = images[0].Width + Gap;
        using var sheet = new Image<Rgb24>(columns * pitch, images.Count / columns * pitch);
        for (var i = 0; i < images.Count; i++)
        {
            for (var y = 0; y < images[i].Height; y++)
            {
                for (var x = 0; x < images[i].Width; x++)
                    sheet[((i % columns) * pitch) + x, ((i / columns) * pitch) + y] = images[i][x, y];
            }
        }
        sheet.SaveAsPng(path);
    }
}
