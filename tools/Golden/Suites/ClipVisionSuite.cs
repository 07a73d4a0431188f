namespace MLNet.SynthAugment.Golden.Suites;

/// <summary>CLIP's image encoder: hidden states, pooling, projection, gradient of the pixels.</summary>
internal sealed class ClipVisionSuite : IGoldenSuite
{
    private const string Io = "io.safetensors";
    private const double Tolerance = 5e-5;
    private const double GradientTolerance = 1e-4;

    /// <inheritdoc/>
    public IEnumerable<GoldenCase> Cases(GoldenFolder folder)
    {
        if (folder.ModelClass is not ("CLIPVisionModelWithProjection" or "CLIPVisionModel") || !folder.Has(Io))
            yield break;
        IReadOnlyList<string> files = [.. folder.ModelFiles, Io];
        var io = folder.Tensors(Io);
        yield return new GoldenCase("states", files, checks => CheckStates(folder, io, checks));
        if (io.Has("grad_pixel_values"))
            yield return new GoldenCase("gradients", files, checks => CheckGradients(folder, io, checks))
            { NeedsGradients = true, Float32Only = true };
    }

    private static void CheckStates(GoldenFolder folder, GoldenTensors io, GoldenChecks checks)
    {
        using var model = Load(folder, checks);
        var output = model.Encode(checks.Input(io["pixel_values"]));
        checks.CloseActivation("last_hidden_state", io["last_hidden_state"], output.LastHiddenState, Tolerance);
        if (io.Find("hidden_states") is { } states)
            checks.CloseActivation("hidden_states", states, stack(output.HiddenStates), Tolerance);
        if (io.Find("pooled") is { } pooled)
            checks.CloseActivation("pooled", pooled, output.Pooled, Tolerance);
        if (io.Find("image_embeds") is { } embeds)
            checks.CloseActivation("image_embeds", embeds, model.Project(output.Pooled), Tolerance);
    }

    private static void CheckGradients(GoldenFolder folder, GoldenTensors io, GoldenChecks checks)
    {
        using var model = Load(folder, checks);
        var pixels = checks.Input(io["pixel_values"]).requires_grad_();
        model.forward(pixels).to(ScalarType.Float32).Squared().mean().backward();
        checks.CloseToLargest("grad_pixel_values", io["grad_pixel_values"], pixels.grad!, GradientTolerance);
    }

    private static ClipVisionModel Load(GoldenFolder folder, GoldenChecks checks) =>
        ClipVisionModel.FromFolder(folder.FullPath, checks.Device, checks.Dtype);
}
