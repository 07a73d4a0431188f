using Microsoft.ML;
using MLNet.SynthAugment.Diffusion;
using MLNet.SynthAugment.Diffusion.Tests;
using MLNet.SynthAugment.Methods;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace MLNet.SynthAugment.Tests.Support;

/// <summary>Fits methods on a model of a few thousand random weights, 16×16 pixels, and reads what they made.</summary>
public sealed class TinyModelFitting : IDisposable
{
    private readonly Fitting _fitting = new();

    /// <param name="modelKind">One of <see cref="TinyModelKinds"/>.</param>
    public TinyModelFitting(string modelKind = TinyModelKinds.StableDiffusion1)
    {
        using var model = TinyModelKinds.Create(modelKind);
        model.Save(_fitting.Folder["model"], Precision.Float32);
        Shots = _fitting.WriteShots();
    }

    /// <summary>A synthetic row.</summary>
    public sealed class Row
    {
        public string Label { get; set; } = "";
        public string ImagePath { get; set; } = "";
        public string SourceId { get; set; } = "";
        public string SynthesisPrompt { get; set; } = "";
        public float[] SoftLabel { get; set; } = [];
    }

    public List<Drawing> Shots { get; }

    public MLContext ML => _fitting.ML;

    public IReadOnlyList<string> Log => _fitting.Log;

    public TemporaryFolder Folder => _fitting.Folder;

    public void Dispose() => _fitting.Dispose();

    public SynthesizeFewShotTransformer Fit(ISynthesisMethod method, Action<SynthesizeFewShotEstimator.Options>? change = null) => Fit(Shots, method, change);

    public SynthesizeFewShotTransformer Fit<TRow>(IEnumerable<TRow> rows, ISynthesisMethod method, Action<SynthesizeFewShotEstimator.Options>? change = null)
        where TRow : class
    {
        var options = _fitting.Options(perClass: 4);
        options.Method = method;
        options.Model = DiffusionModel.FromFolder(Folder["model"]);
        options.Device = "cpu";
        options.BatchSize = 2;
        change?.Invoke(options);
        return _fitting.Fit(ML.Data.LoadFromEnumerable(rows), options);
    }

    public List<Row> Read(SynthesizeFewShotTransformer fitted) => [.. ML.Data.CreateEnumerable<Row>(fitted.SyntheticOnly, reuseRowObject: false)];

    /// <summary>Fits with other batch sizes and with the rows in another order, and compares the images to one level of 255.</summary>
    public void AssertImagesDependOnClassAndIndexAlone(ISynthesisMethod method)
    {
        var expected = Read(Fit(method));
        Shots.Reverse();
        foreach (var batchSize in new[] { 1, 3 })
        {
            var rows = Read(Fit(method, options => options.BatchSize = batchSize));
            Assert.Equal(expected.Select(row => (row.Label, row.SynthesisPrompt)), rows.Select(row => (row.Label, row.SynthesisPrompt)));
            foreach (var (one, other) in expected.Zip(rows))
                Assert.InRange(Pixels(one).Zip(Pixels(other), (a, b) => Math.Abs(a - b)).Max(), 0, 1);
        }
        Assert.Equal(expected.Count, expected.Select(row => Convert.ToHexString(Pixels(row))).Distinct().Count());
    }

    public static byte[] Pixels(Row row)
    {
        using var image = Image.Load<Rgb24>(row.ImagePath);
        var pixels = new byte[3 * image.Width * image.Height];
        image.CopyPixelDataTo(pixels);
        return pixels;
    }
}
