namespace MLNet.SynthAugment.Golden.Suites;

/// <summary>UNet2DConditionModel: outputs, an odd size and gradients.</summary>
internal sealed class UNetSuite : IGoldenSuite
{
    private const string Io = "io.safetensors";
    private const double Tolerance = 3e-5;
    private const double GradientTolerance = 1e-4;
    private const double LossTolerance = 1e-5;

    /// <inheritdoc/>
    public IEnumerable<GoldenCase> Cases(GoldenFolder folder)
    {
        if (folder.ModelClass != nameof(UNet2DConditionModel) || !folder.Has(Io))
            yield break;
        IReadOnlyList<string> files = [.. folder.ModelFiles, Io];
        var io = folder.Tensors(Io);
        yield return new GoldenCase("output", files, checks => CheckOutput(folder, io, checks));
        if (io.Has("out_scalar_t"))
            yield return new GoldenCase("scalar timestep", files, checks => CheckScalarTimestep(folder, io, checks));
        if (io.Has("out_odd"))
            yield return new GoldenCase("odd size", files, checks => CheckOddSize(folder, io, checks));
        if (io.Has("grad_sample"))
            yield return new GoldenCase("gradients", files, checks => CheckGradients(folder, io, checks))
            { NeedsGradients = true, Float32Only = true };
    }

    private static void CheckOutput(GoldenFolder folder, GoldenTensors io, GoldenChecks checks)
    {
        using var unet = Load(folder, checks);
        var (sample, timestep, text, conditions) =
            (checks.Input(io["sample"]), checks.Input(io["timestep"]), Text(io, checks), Conditions(io, checks));
        checks.CloseActivation("out", io["out"], unet.forward(sample, timestep, text, conditions), Tolerance);
        using var prepared = unet.PrepareText(text);
        checks.CloseActivation("out (prepared text)", io["out"], unet.forward(sample, timestep, prepared, conditions),
            Tolerance);
    }

    private static void CheckScalarTimestep(GoldenFolder folder, GoldenTensors io, GoldenChecks checks)
    {
        using var unet = Load(folder, checks);
        checks.CloseActivation("out_scalar_t", io["out_scalar_t"],
            unet.forward(checks.Input(io["sample"]), checks.Input(io["timestep_scalar"]), Text(io, checks),
                Conditions(io, checks)), Tolerance);
    }

    private static void CheckOddSize(GoldenFolder folder, GoldenTensors io, GoldenChecks checks)
    {
        using var unet = Load(folder, checks);
        var sample = checks.Input(io["sample_odd"]);
        var rows = sample.shape[0];
        checks.CloseActivation("out_odd", io["out_odd"],
            unet.forward(sample, checks.Input(io["timestep_odd"]), Text(io, checks)[..(int)rows],
                Conditions(io, checks, rows)), Tolerance);
    }

    private static void CheckGradients(GoldenFolder folder, GoldenTensors io, GoldenChecks checks)
    {
        using var unet = Load(folder, checks);
        var sample = checks.Input(io["sample"]).requires_grad_();
        var text = Text(io, checks).requires_grad_();
        var loss = unet.forward(sample, checks.Input(io["timestep"]), text, Conditions(io, checks))
            .to(ScalarType.Float32).Squared().mean();
        loss.backward();
        if (io.Has("loss"))
            checks.CloseToLargest("loss", io["loss"].reshape(1), loss.reshape(1), LossTolerance);
        checks.CloseToLargest("grad_sample", io["grad_sample"], sample.grad!, GradientTolerance);
        if (io.Has("grad_encoder_hidden_states"))
            checks.CloseToLargest("grad_encoder_hidden_states", io["grad_encoder_hidden_states"], text.grad!,
                GradientTolerance);
        checks.ParameterGradients(unet, io, GradientTolerance);
    }

    private static UNet2DConditionModel Load(GoldenFolder folder, GoldenChecks checks) =>
        UNet2DConditionModel.FromFolder(folder.FullPath, checks.Device, checks.Dtype);

    private static Tensor Text(GoldenTensors io, GoldenChecks checks) => checks.Input(io["encoder_hidden_states"]);

    private static UNetConditions Conditions(GoldenTensors io, GoldenChecks checks, long? rows = null)
    {
        return new UNetConditions
        {
            ClassLabels = Find("class_labels"),
            AddedTextEmbeds = Find("added_text_embeds"),
            AddedTimeIds = Find("added_time_ids")
        };

        Tensor? Find(string name) => io.Find(name) is not { } tensor
            ? null : checks.Input(rows is { } count ? tensor[..(int)count] : tensor);
    }
}
