using MLNet.SynthAugment.Diffusion.Lora;
using MLNet.SynthAugment.Methods;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Tests.Exports;

/// <summary>An adapter that DataDream has trained, written for other tools.</summary>
public sealed class TrainedAdapterTests : IDisposable
{
    // A scale of 4/3 is no number of float32: formats without a place for alpha hold rounded matrices.
    private static readonly DataDream s_quick = (DataDream)QuickMethods.Find("datadream");
    private static readonly DataDream s_method = s_quick with
    { Training = s_quick.Training with { Rank = 3, Alpha = 4, TrainTextEncoder = true } };

    private readonly TinyModelFitting _fitting = new();

    public void Dispose() => _fitting.Dispose();

    [Fact]
    public void It_has_the_same_effect_in_each_format()
    {
        var fitted = _fitting.Fit(s_method);
        var kept = Outputs(fitted.LearntFiles().Single());
        var plain = Outputs(null);
        Assert.True(Distance(plain.Noise, kept.Noise) > 1e-3);
        Assert.True(Distance(plain.Text, kept.Text) > 1e-3);
        foreach (var format in new[] { LoraFormat.Peft, LoraFormat.Kohya, LoraFormat.Diffusers })
        {
            var file = _fitting.Folder[$"{format}.safetensors"];
            fitted.ExportAdapter(file, format);
            Assert.Equal(format, LoraAdapter.FormatOf(file));
            var exported = Outputs(file);
            // Outputs are of the order of 1.
            Assert.InRange(Distance(kept.Noise, exported.Noise), 0, 2e-6);
            Assert.InRange(Distance(kept.Text, exported.Text), 0, 2e-6);
        }
    }

    /// <summary>
    /// What UNet and text encoder give with the adapter of a file merged into a model that is loaded anew; null for
    /// none.
    /// </summary>
    private (float[] Noise, float[] Text) Outputs(string? file)
    {
        using var mode = no_grad();
        using var scope = NewDisposeScope();
        using var model = DiffusionModel.FromFolder(_fitting.Folder["model"]).Load("cpu");
        var layers = new LoraLayers(model);
        using var adapter = file is null ? null : LoraAdapter.Load(file, layers);
        using var merged = adapter?.Merge(layers);
        var text = model.TextEncoder.forward(tensor(new[] { 52L, 0, 1, 2, 53 }).unsqueeze(0));
        return ([.. TinyModels.Run(model.UNet).data<float>()], [.. text.data<float>()]);
    }

    private static float Distance(float[] one, float[] other) => one.Zip(other, (a, b) => Math.Abs(a - b)).Max();
}
