using MLNet.SynthAugment.Diffusion.Autoencoders;
using MLNet.SynthAugment.Diffusion.Layers;
using MLNet.SynthAugment.Diffusion.Weights;

namespace MLNet.SynthAugment.Golden.Suites;

/// <summary>
/// AutoencoderKL: encoding, the posterior, decoding, an odd size, gradients, and every naming of the weights.
/// </summary>
internal sealed class AutoencoderKLSuite : IGoldenSuite
{
    private const string Io = "io.safetensors";
    private const double Tolerance = 5e-5;
    private const double GradientTolerance = 1e-4;

    /// <inheritdoc/>
    public IEnumerable<GoldenCase> Cases(GoldenFolder folder)
    {
        if (folder.ModelClass != nameof(AutoencoderKL) || !folder.Has(Io))
            yield break;
        var io = folder.Tensors(Io);
        foreach (var weights in folder.ModelFiles.Where(
            file => file.EndsWith(".safetensors", StringComparison.Ordinal)))
        {
            IReadOnlyList<string> files = ["config.json", weights, Io];
            var suffix = weights == AutoencoderKL.WeightsName + ".safetensors"
                ? "" : $" ({Path.GetFileNameWithoutExtension(weights)})";
            yield return new GoldenCase(
                "encode" + suffix, files, checks => CheckEncoding(Load(folder, weights, checks), io, checks));
            yield return new GoldenCase(
                "decode" + suffix, files, checks => CheckDecoding(Load(folder, weights, checks), io, checks));
            if (io.Has("moments_odd"))
                yield return new GoldenCase(
                    "odd size" + suffix, files, checks => CheckOddSize(Load(folder, weights, checks), io, checks));
            if (io.Has("grad_latent") || io.Has("grad_image"))
                yield return new GoldenCase(
                    "gradients" + suffix, files, checks => CheckGradients(Load(folder, weights, checks), io, checks))
                { NeedsGradients = true, Float32Only = true };
        }
    }

    private static void CheckEncoding(AutoencoderKL autoencoder, GoldenTensors io, GoldenChecks checks)
    {
        using var vae = autoencoder;
        var posterior = vae.Encode(checks.Input(io["image"]));
        checks.CloseActivation("moments", io["moments"], posterior.Moments, Tolerance);
        checks.CloseActivation("posterior_mean", io["posterior_mean"], posterior.Mean, Tolerance);
        CheckIfPresent("posterior_logvar", posterior.LogVariance);
        CheckIfPresent("posterior_std", posterior.StandardDeviation);
        if (io.Has("posterior_sample"))
            CheckIfPresent("posterior_sample", posterior.Sample(checks.Input(io["eps"])));
        CheckIfPresent("encoder_out", Module<Encoder>(vae, "encoder").forward(checks.Input(io["image"])));

        void CheckIfPresent(string name, Tensor actual)
        {
            if (io.Find(name) is { } expected)
                checks.CloseActivation(name, expected, actual, Tolerance);
        }
    }

    private static void CheckDecoding(AutoencoderKL autoencoder, GoldenTensors io, GoldenChecks checks)
    {
        using var vae = autoencoder;
        var latent = checks.Input(io["latent"]);
        checks.CloseActivation("decoded", io["decoded"], vae.Decode(latent), Tolerance);
        if (io.Find("post_quant") is { } expected)
            checks.CloseActivation("post_quant", expected,
                Module<LoraCompatibleConv2d>(vae, "post_quant_conv").forward(latent), Tolerance);
    }

    private static void CheckOddSize(AutoencoderKL autoencoder, GoldenTensors io, GoldenChecks checks)
    {
        using var vae = autoencoder;
        checks.CloseActivation("moments_odd", io["moments_odd"], vae.Encode(checks.Input(io["image_odd"])).Moments,
            Tolerance);
    }

    private static void CheckGradients(AutoencoderKL autoencoder, GoldenTensors io, GoldenChecks checks)
    {
        using var vae = autoencoder;
        if (io.Find("grad_latent") is { } latentGradient)
        {
            var latent = checks.Input(io["latent"]).requires_grad_();
            vae.Decode(latent).to(ScalarType.Float32).Squared().mean().backward();
            checks.CloseToLargest("grad_latent", latentGradient, latent.grad!, GradientTolerance);
        }
        if (io.Find("grad_image") is { } imageGradient)
        {
            var image = checks.Input(io["image"]).requires_grad_();
            vae.Encode(image).Mean.to(ScalarType.Float32).Squared().mean().backward();
            checks.CloseToLargest("grad_image", imageGradient, image.grad!, GradientTolerance);
        }
    }

    private static T Module<T>(AutoencoderKL vae, string name) where T : nn.Module =>
        (T)vae.named_modules().First(entry => entry.name == name).module;

    private static AutoencoderKL Load(GoldenFolder folder, string file, GoldenChecks checks)
    {
        using var weights = WeightFiles.OpenFile(folder.Resolve(file));
        return AutoencoderKL.FromWeights(
            ModelConfig.Read<AutoencoderKLConfig>(folder.Resolve("config.json")), weights, checks.Device, checks.Dtype);
    }
}
