using MLNet.SynthAugment.Diffusion.Layers;
using F = TorchSharp.torch.nn.functional;

namespace MLNet.SynthAugment.Golden.Suites;

/// <summary>
/// The inner modules of a UNet one by one, each fed with the reference's activations (<c>act.NAME</c>), so that a
/// divergence shows where it starts.
/// </summary>
internal sealed class UNetActivationSuite : IGoldenSuite
{
    private const string Io = "io.safetensors";
    private const string Prefix = "act.";
    private const double Tolerance = 3e-5;

    /// <inheritdoc/>
    public IEnumerable<GoldenCase> Cases(GoldenFolder folder)
    {
        if (folder.ModelClass == nameof(UNet2DConditionModel) && folder.Has(Io)
            && folder.Tensors(Io).Has(Prefix + "conv_in"))
            yield return new GoldenCase(
                "activations", [.. folder.ModelFiles, Io], checks => new Walk(folder, checks).Check());
    }

    /// <summary>Goes through the blocks in the order of the forward pass.</summary>
    private sealed class Walk(GoldenFolder folder, GoldenChecks checks)
    {
        private readonly GoldenTensors _io = folder.Tensors(Io);
        private readonly Stack<Tensor> _skips = new();
        private Tensor _hidden = null!;

        public void Check()
        {
            using var unet = UNet2DConditionModel.FromFolder(folder.FullPath, checks.Device, checks.Dtype);
            var modules = unet.named_modules().ToDictionary(entry => entry.name, entry => entry.module);
            var config = unet.Config;

            var sinusoids = Next("time_proj",
                Timesteps.Embed(checks.Input(_io["timestep"]), config.BlockOutChannels[0], config.FlipSinToCos,
                    config.FreqShift));
            var time = F.silu(Next("time_embedding",
                ((TimestepEmbedding)modules["time_embedding"]).forward(sinusoids)));
            var step = new UNetStep(
                time, TextContext.Unprepared(checks.Input(_io["encoder_hidden_states"])), unet.Optimizations);
            _skips.Push(Next("conv_in",
                ((LoraCompatibleConv2d)modules["conv_in"]).forward(checks.Input(_io["sample"]))));
            for (var block = 0; modules.GetValueOrDefault($"down_blocks.{block}") is DownBlock2D down; block++)
            {
                CheckFirstLayer($"down_blocks.{block}", modules, step);
                Next($"down_blocks.{block}", Run(down.Stages(), step));
            }
            Next("mid_block", ((UNetMidBlock2D)modules["mid_block"]).forward(_hidden, step));
            for (var block = 0; modules.GetValueOrDefault($"up_blocks.{block}") is UpBlock2D up; block++)
                Next($"up_blocks.{block}", Run(up.Stages(), step));
            Next("conv_norm_out", ((GroupNorm)modules["conv_norm_out"]).forward(_hidden));
            checks.CloseNumber("skips left over", 0, _skips.Count, 0);
        }

        private Tensor Run(IEnumerable<UNetStage> stages, UNetStep step) =>
            stages.Aggregate(_hidden, (image, stage) => stage(image, step, _skips));

        private void CheckFirstLayer(string block, Dictionary<string, nn.Module> modules, UNetStep step)
        {
            var (resnet, attention) = ($"{block}.resnets.0", $"{block}.attentions.0");
            if (!_io.Has(Prefix + resnet))
                return;
            var input = _hidden;
            var residual = Next(resnet, ((ResnetBlock2D)modules[resnet]).forward(input, step.Time));
            if (_io.Has(Prefix + attention))
                Next(attention, ((Transformer2DModel)modules[attention]).forward(residual, step));
            _hidden = input;
        }

        // Compares, and goes on with the reference's value where there is one.
        private Tensor Next(string name, Tensor actual)
        {
            if (_io.Find(Prefix + name) is not { } expected)
                return _hidden = actual;
            checks.CloseActivation(Prefix + name, expected, actual, Tolerance);
            return _hidden = checks.Input(expected);
        }
    }
}
