using Microsoft.ML;
using MLNet.SynthAugment.Diffusion;
using MLNet.SynthAugment.Methods;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace MLNet.SynthAugment.Tests.Support;

/// <summary>Fits methods on a model of a few thousand random weights, 16×16 pixels, and reads what they made.</summary>
public sealed class TinyModelFitting : IDisposable
{
    private readonly Fitting _fitting = new();
    private ImageTextModel? _clip;

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
        public float SynthesisScore { get; set; }
        public float[] SoftLabel { get; set; } = [];
    }

    public List<Drawing> Shots { get; }

    public MLContext ML => _fitting.ML;

    public IReadOnlyList<string> Log => _fitting.Log;

    public TemporaryFolder Folder => _fitting.Folder;

    public void Dispose() => _fitting.Dispose();

    public SynthesizeFewShotTransformer Fit(
        ISynthesisMethod method, Action<SynthesizeFewShotEstimator.Options>? change = null) =>
        Fit(Shots, method, change);

    public SynthesizeFewShotTransformer Fit<TRow>(
        IEnumerable<TRow> rows, ISynthesisMethod method, Action<SynthesizeFewShotEstimator.Options>? change = null)
        where TRow : class
    {
        var options = _fitting.Options(perClass: 4);
        options.Method = method;
        options.Model = DiffusionModel.FromFolder(Folder["model"]);
        options.Clip = method.UsesClip ? _clip ??= TinyClip.Save(Folder["clip"]) : null;
        options.Device = "cpu";
        options.BatchSize = 2;
        change?.Invoke(options);
        return _fitting.Fit(ML.Data.LoadFromEnumerable(rows), options);
    }

    public List<Row> Read(SynthesizeFewShotTransformer fitted) => Read(fitted.SyntheticOnly);

    public List<Row> Read(IDataView synthetic) => [.. ML.Data.CreateEnumerable<Row>(synthetic, reuseRowObject: false)];

    public static byte[] Pixels(Row row)
    {
        using var image = Image.Load<Rgb24>(row.ImagePath);
        var pixels = new byte[3 * image.Width * image.Height];
        image.CopyPixelDataTo(pixels);
        return pixels;
    }
}
