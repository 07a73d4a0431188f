using MLNet.SynthAugment.Methods;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace MLNet.SynthAugment.Tests.Methods;

/// <summary>The methods' settings for the embedded model, on the embedded model.</summary>
public sealed class EmbeddedModelTests : IDisposable
{
    private readonly Fitting _fitting = new();

    public void Dispose() => _fitting.Dispose();

    [Theory]
    [MemberData(nameof(QuickMethods.Words), MemberType = typeof(QuickMethods))]
    public void Every_method_makes_images_with_fewer_steps(string word) =>
        AssertMakesImages(QuickMethods.Quicken(SynthesisMethods.Find(word)!.ForEmbeddedModel));

    [LongTheory]
    [MemberData(nameof(QuickMethods.Words), MemberType = typeof(QuickMethods))]
    public void Every_method_makes_images_as_it_is(string word) =>
        AssertMakesImages(SynthesisMethods.Find(word)!.ForEmbeddedModel);

    private void AssertMakesImages(ISynthesisMethod method)
    {
        var options = _fitting.Options(perClass: 1);
        (options.Method, options.Model, options.Device, options.BatchSize) =
            (method, DiffusionModel.Embedded, "cpu", 1);
        var fitted = _fitting.Fit(
            _fitting.ML.Data.LoadFromEnumerable(_fitting.WriteShots(2).Where(shot => shot.Label != "owl")), options);
        var rows = _fitting.ML.Data.CreateEnumerable<TinyModelFitting.Row>(fitted.SyntheticOnly, reuseRowObject: false)
            .ToList();
        Assert.Equal(["cat", "dog"], rows.Select(row => row.Label));
        foreach (var row in rows)
        {
            using var image = Image.Load<Rgb24>(row.ImagePath);
            Assert.Equal((32, 32), (image.Width, image.Height));
        }
        Assert.NotEqual(TinyModelFitting.Pixels(rows[0]), TinyModelFitting.Pixels(rows[1]));
    }
}
