using MLNet.SynthAugment.Diffusion;
using MLNet.SynthAugment.Diffusion.Clip;
using MLNet.SynthAugment.Diffusion.Weights;
using MLNet.SynthAugment.Evaluation.Comparisons.Results;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace MLNet.SynthAugment.Evaluation.Reports.Html;

/// <summary>The CLIP model that distances are measured by, loaded at its first use.</summary>
internal sealed class ReportClip : IDisposable
{
    private readonly ImageTextModel _model;
    private readonly HtmlReportOptions _options;
    private ClipEncoder? _encoder;

    public ReportClip(ComparisonReport report, HtmlReportOptions options)
    {
        _options = options;
        _model = options.Clip ?? (report.Settings["Clip"]?.ToString() is { } folder
            ? ImageTextModel.At(folder) : ImageTextModel.Embedded);
    }

    /// <summary>The model in words.</summary>
    public string Name => _model.Folder == ImageTextModel.Embedded.Folder
        ? "the embedded CLIP model, which is small and knows little of photographs"
            : $"the CLIP model {Path.GetFileName(_model.Folder)}";

    /// <summary>The direction of an image, of length 1.</summary>
    /// <exception cref="IOException">The model is gone or damaged.</exception>
    public float[] Encode(Image<Rgb24> image)
    {
        try
        {
            _encoder ??= _model.Load(_options.Device, Precision.Float32);
        }
        catch (Exception error) when (error is ModelFolderException or SafetensorsException)
        {
            throw new IOException($"the CLIP model cannot be loaded ({error.Message.TrimEnd('.')}); --clip names "
                + "another", error);
        }
        using var encoded = _encoder.EncodeImages([image]);
        using var onCpu = encoded.cpu();
        return onCpu.ToArray<float>();
    }

    public void Dispose() => _encoder?.Dispose();
}
