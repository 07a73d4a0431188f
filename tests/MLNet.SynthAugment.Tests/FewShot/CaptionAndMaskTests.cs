using Microsoft.ML;
using MLNet.SynthAugment.FewShot;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace MLNet.SynthAugment.Tests.FewShot;

/// <summary>The optional columns with captions and masks, as a method sees them.</summary>
public sealed class CaptionAndMaskTests : IDisposable
{
    private static readonly Rgb24 White = new(255, 255, 255);

    private readonly Fitting _fitting = new();
    private readonly List<AnnotatedDrawing> _rows = [];
    private readonly Dictionary<string, IReadOnlyList<Shot>> _shots = [];

    public CaptionAndMaskTests()
    {
        foreach (var shot in _fitting.WriteShots(perClass: 3))
        {
            var mask = _fitting.Folder[$"mask-{_rows.Count}.png"];
            using (var image = Left(Drawings.Size, Drawings.Size, whiteColumns: _rows.Count % 7 + 1))
                image.SaveAsPng(mask);
            _rows.Add(new AnnotatedDrawing
            {
                Label = shot.Label,
                ImagePath = shot.ImagePath,
                Caption = $"drawing {_rows.Count}",
                MaskPath = mask
            });
        }
    }

    public void Dispose() => _fitting.Dispose();

    private sealed class Nothing;

    private static Image<Rgb24> Left(int width, int height, int whiteColumns)
    {
        var image = new Image<Rgb24>(width, height);
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < whiteColumns; x++)
                image[x, y] = White;
        }
        return image;
    }

    private SynthesizeFewShotEstimator.Options Options()
    {
        var options = _fitting.Options();
        options.CaptionColumnName = nameof(AnnotatedDrawing.Caption);
        options.MaskColumnName = nameof(AnnotatedDrawing.MaskPath);
        options.Method = new ShiftedShots { OnBatch = batch => _shots[batch.Class.Label] = batch.Class.Shots };
        return options;
    }

    private SynthesizeFewShotTransformer Fit(SynthesizeFewShotEstimator.Options options) =>
        _fitting.Fit(_fitting.ML.Data.LoadFromEnumerable(_rows), options);

    private Shot ShotOfRow(int row) => _shots[_rows[row].Label].Single(shot => shot.Row == row);

    private static int WhiteColumns(Shot shot)
    {
        using var mask = shot.OpenMask()!;
        return Enumerable.Range(0, mask.Width).Count(x => mask[x, mask.Height / 2] == White);
    }

    [Fact]
    public void A_shot_carries_its_row_s_caption_and_mask()
    {
        Fit(Options());
        for (var row = 0; row < _rows.Count; row++)
        {
            Assert.Equal($"drawing {row}", ShotOfRow(row).Caption);
            Assert.Equal(row % 7 + 1, WhiteColumns(ShotOfRow(row)));
        }
    }

    [Fact]
    public void Without_the_columns_shots_have_neither()
    {
        var options = Options();
        options.CaptionColumnName = options.MaskColumnName = null;
        Fit(options);
        Assert.All(_shots.Values.SelectMany(shots => shots), shot => Assert.Null(shot.Caption ?? shot.MaskHash));
        Assert.Null(ShotOfRow(0).OpenMask());
    }

    [Fact]
    public void A_missing_or_damaged_mask_is_named_in_the_log_and_its_image_stays()
    {
        File.WriteAllText(_rows[1].MaskPath, "no image");
        _rows[2].MaskPath = "";
        _rows[4].Caption = "  ";
        Fit(Options());
        Assert.Contains(_fitting.Log,
            line => line.StartsWith($"Warning: The mask of row 1 (class '{_rows[1].Label}') cannot be read")
                && line.Contains(_rows[1].MaskPath));
        Assert.Contains(_fitting.Log, line => line.Contains("The mask of row 2")
            && line.EndsWith("the row has no path."));
        Assert.Null(ShotOfRow(1).OpenMask());
        Assert.Null(ShotOfRow(2).MaskHash);
        Assert.Null(ShotOfRow(4).Caption);
        Assert.Equal(_rows.Count, _shots.Values.Sum(shots => shots.Count));
    }

    [Fact]
    public void A_mask_of_another_size_is_resized_to_its_image_without_grey()
    {
        using (var large = Left(Drawings.Size * 4, Drawings.Size * 2, whiteColumns: Drawings.Size))
            large.SaveAsPng(_rows[0].MaskPath);
        Fit(Options());
        Assert.Equal(Drawings.Size / 4, WhiteColumns(ShotOfRow(0)));
        using var mask = ShotOfRow(0).OpenMask()!;
        Assert.Equal((Drawings.Size, Drawings.Size), (mask.Width, mask.Height));
    }

    [Fact]
    public void Captions_and_masks_are_part_of_the_store_s_key()
    {
        var folder = Fit(Options()).StoreFolder;
        Assert.Equal(folder, Fit(Options()).StoreFolder);
        _rows[0].Caption = "another one";
        var recaptioned = Fit(Options()).StoreFolder;
        using (var mask = Left(Drawings.Size, Drawings.Size, whiteColumns: 8))
            mask.SaveAsPng(_rows[0].MaskPath);
        Assert.Equal(3, new[] { folder, recaptioned, Fit(Options()).StoreFolder }.Distinct().Count());
    }

    [Fact]
    public void A_saved_transformer_keeps_captions_and_masks()
    {
        var options = Options();
        var fitted = Fit(options);
        fitted.Save(_fitting.Folder["saved"]);
        Directory.Delete(_fitting.StoreFolder, recursive: true);
        _shots.Clear();
        SynthesizeFewShotTransformer.Load(_fitting.ML, _fitting.Folder["saved"], options.Method).Synthesize(1);
        Assert.Equal("drawing 5", ShotOfRow(5).Caption);
        Assert.Equal(6, WhiteColumns(ShotOfRow(5)));
    }

    [Fact]
    public void Columns_that_are_missing_or_of_another_type_are_clear_errors()
    {
        Assert.StartsWith("The data has no caption column 'Text'",
            ErrorOf(options => options.CaptionColumnName = "Text"));
        Assert.StartsWith("Caption column 'Number' is of type Single; it must be text",
            ErrorOf(options => options.CaptionColumnName = "Number"));
        Assert.StartsWith("The data has no mask column 'Object'",
            ErrorOf(options => options.MaskColumnName = "Object"));
        Assert.StartsWith("Mask column 'Number' is of type Single; it must be an image",
            ErrorOf(options => options.MaskColumnName = "Number"));

        var shape = _fitting.ML.Transforms.CustomMapping<Nothing, AnnotatedDrawing>((_, _) => { }, null)
            .GetOutputSchema(new SchemaShape([]));
        var wrong = Options();
        wrong.CaptionColumnName = "Number";
        Assert.StartsWith("Caption column 'Number' is a Scalar of Single",
            Assert.Throws<ArgumentException>(
                () => _fitting.ML.Transforms.SynthesizeFewShot(wrong).GetOutputSchema(shape)).Message);
        Assert.Contains(_fitting.ML.Transforms.SynthesizeFewShot(Options()).GetOutputSchema(shape),
            column => column.Name == "IsSynthetic");
    }

    private string ErrorOf(Action<SynthesizeFewShotEstimator.Options> change)
    {
        var options = Options();
        change(options);
        return Assert.Throws<ArgumentException>(() => Fit(options)).Message;
    }
}
