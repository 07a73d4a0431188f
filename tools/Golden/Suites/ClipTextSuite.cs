namespace MLNet.SynthAugment.Golden.Suites;

/// <summary>
/// CLIP's text encoder, with and without projection: hidden states, pooling, masks, short texts, gradients.
/// </summary>
internal sealed class ClipTextSuite : IGoldenSuite
{
    private const string Io = "io.safetensors";
    private const double Tolerance = 5e-5;
    private const double GradientTolerance = 1e-4;

    // The gradient is that of the mean square of the first two texts' states.
    private const int RowsOfLoss = 2;

    /// <inheritdoc/>
    public IEnumerable<GoldenCase> Cases(GoldenFolder folder)
    {
        if (folder.ModelClass is not (ClipTextConfig.WithProjection or ClipTextConfig.WithoutProjection)
            || !folder.Has(Io))
            yield break;
        IReadOnlyList<string> files = [.. folder.ModelFiles, Io];
        var io = folder.Tensors(Io);
        yield return new GoldenCase("states", files, checks => CheckStates(folder, io, checks));
        if (io.Has("masked_last_hidden_state"))
            yield return new GoldenCase("attention mask", files, checks => CheckMask(folder, io, checks));
        if (io.Has("short_last_hidden_state"))
            yield return new GoldenCase("short texts", files, checks => CheckShortTexts(folder, io, checks));
        if (io.Names.Any(name => name.StartsWith("grad.", StringComparison.Ordinal)))
            yield return new GoldenCase("gradients", files, checks => CheckGradients(folder, io, checks))
            { NeedsGradients = true, Float32Only = true };
    }

    private static void CheckStates(GoldenFolder folder, GoldenTensors io, GoldenChecks checks)
    {
        using var model = Load(folder, checks);
        var ids = checks.Input(io["input_ids"]);
        var output = model.Encode(ids);
        checks.CloseActivation("last_hidden_state", io["last_hidden_state"], output.LastHiddenState, Tolerance);
        if (io.Find("hidden_states") is { } states)
            checks.CloseActivation("hidden_states", states, stack(output.HiddenStates), Tolerance);
        if (io.Find("penultimate_final_norm") is { } penultimate)
            checks.CloseActivation("penultimate_final_norm", penultimate,
                model.ApplyFinalLayerNorm(output.HiddenStates[^2]), Tolerance);
        var pooled = model.Pool(output.LastHiddenState, ids);
        if (io.Find("pooled") is { } expectedPooled)
            checks.CloseActivation("pooled", expectedPooled, pooled, Tolerance);
        if (io.Find("text_embeds") is { } embeds)
            checks.CloseActivation("text_embeds", embeds, model.Project(pooled), Tolerance);
    }

    private static void CheckMask(GoldenFolder folder, GoldenTensors io, GoldenChecks checks)
    {
        using var model = Load(folder, checks);
        var masked = model.Encode(checks.Input(io["input_ids"]), checks.Input(io["attention_mask"])).LastHiddenState;
        checks.CloseActivation("masked_last_hidden_state", io["masked_last_hidden_state"], masked, Tolerance);
    }

    private static void CheckShortTexts(GoldenFolder folder, GoldenTensors io, GoldenChecks checks)
    {
        using var model = Load(folder, checks);
        checks.CloseActivation("short_last_hidden_state", io["short_last_hidden_state"],
            model.forward(checks.Input(io["short_input_ids"])), Tolerance);
    }

    private static void CheckGradients(GoldenFolder folder, GoldenTensors io, GoldenChecks checks)
    {
        using var model = Load(folder, checks);
        model.forward(checks.Input(io["input_ids"]))[..RowsOfLoss].to(ScalarType.Float32).Squared().mean().backward();
        checks.ParameterGradients(model, io, GradientTolerance);
    }

    private static ClipTextModel Load(GoldenFolder folder, GoldenChecks checks) =>
        ClipTextModel.FromFolder(folder.FullPath, checks.Device, checks.Dtype);
}
