using MLNet.SynthAugment.Diffusion.Autoencoders;

namespace MLNet.SynthAugment.Golden.Suites;

/// <summary>AutoencoderTiny: encoding, decoding, the way through latents stored as bytes, and their scaling.</summary>
internal sealed class AutoencoderTinySuite : IGoldenSuite
{
    private const string Io = "io.safetensors";
    private const double Tolerance = 2e-5;

    /// <inheritdoc/>
    public IEnumerable<GoldenCase> Cases(GoldenFolder folder)
    {
        if (folder.ModelClass != nameof(AutoencoderTiny) || !folder.Has(Io))
            yield break;
        IReadOnlyList<string> files = [.. folder.ModelFiles, Io];
        var io = folder.Tensors(Io);
        yield return new GoldenCase("encode, decode", files, checks => Check(folder, io, checks));
    }

    private static void Check(GoldenFolder folder, GoldenTensors io, GoldenChecks checks)
    {
        using var tiny = AutoencoderTiny.FromFolder(folder.FullPath, checks.Device, checks.Dtype);
        checks.Close("latents", io["latents"], tiny.Encode(checks.Input(io["image"])).Mean, Tolerance);
        checks.Close("decoded", io["decoded"], tiny.Decode(checks.Input(io["latent_in"])), Tolerance);
        if (io.Find("reconstruct") is { } reconstruct)
            checks.Close("reconstruct", reconstruct, tiny.Reconstruct(checks.Input(io["image"])), Tolerance);
        if (io.Find("scaled_latents") is not { } scaled)
            return;
        checks.Close("scaled_latents", scaled, tiny.ScaleLatents(io["latent_in"]), Tolerance);
        if (io.Find("unscaled") is { } unscaled)
            checks.Close("unscaled", unscaled, tiny.UnscaleLatents(scaled), Tolerance);
    }
}
