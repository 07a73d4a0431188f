using MLNet.SynthAugment.Diffusion.Layers;
using MLNet.SynthAugment.Diffusion.Tests.Golden;
using MLNet.SynthAugment.Diffusion.UNets;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace MLNet.SynthAugment.Diffusion.Tests.UNets;

/// <summary>Every block of a UNet by itself, fed with the reference's activations, so that a divergence shows where it starts.</summary>
public sealed class UNetActivationTests
{
    private const double Tolerance = 3e-5;

    [SharedFact]
    public void Inner_activations_agree()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var unet = UNet2DConditionModel.FromFolder(SharedData.Golden("unet-sd1"));
        var io = SharedData.Tensors("unet-sd1", "io.safetensors");
        var modules = unet.named_modules().ToDictionary(entry => entry.name, entry => entry.module);
        var text = TextContext.Unprepared(io["encoder_hidden_states"]);
        void Check(string name, Tensor actual) => TensorAssert.Close(io["act." + name], actual, Tolerance, name);

        var sinusoids = Timesteps.Embed(io["timestep"], 16, cosineFirst: true, frequencyShift: 0);
        Check("time_proj", sinusoids);
        Check("time_embedding", ((TimestepEmbedding)modules["time_embedding"]).forward(sinusoids));
        Check("conv_in", ((LoraCompatibleConv2d)modules["conv_in"]).forward(io["sample"]));

        var time = F.silu(io["act.time_embedding"]);
        var skips = new Stack<Tensor>();
        skips.Push(io["act.conv_in"]);
        Check("down_blocks.0.resnets.0", ((ResnetBlock2D)modules["down_blocks.0.resnets.0"]).forward(io["act.conv_in"], time));
        Check("down_blocks.0.attentions.0", ((Transformer2DModel)modules["down_blocks.0.attentions.0"]).forward(io["act.down_blocks.0.resnets.0"], text));
        foreach (var (name, input) in new[] { ("down_blocks.0", "conv_in"), ("down_blocks.1", "down_blocks.0"), ("down_blocks.2", "down_blocks.1") })
            Check(name, ((DownBlock2D)modules[name]).forward(io["act." + input], time, text, skips));
        Check("mid_block", ((UNetMidBlock2D)modules["mid_block"]).forward(io["act.down_blocks.2"], time, text));
        foreach (var (name, input) in new[] { ("up_blocks.0", "mid_block"), ("up_blocks.1", "up_blocks.0"), ("up_blocks.2", "up_blocks.1") })
            Check(name, ((UpBlock2D)modules[name]).forward(io["act." + input], time, text, skips));
        Assert.Empty(skips);
        Check("conv_norm_out", ((GroupNorm)modules["conv_norm_out"]).forward(io["act.up_blocks.2"]));
    }
}
