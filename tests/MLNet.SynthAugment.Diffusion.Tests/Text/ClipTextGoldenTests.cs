using MLNet.SynthAugment.Diffusion.Tests.Golden;
using MLNet.SynthAugment.Diffusion.Text;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Tests.Text;

/// <summary>Hidden states, pooling, projection and gradients against the reference's.</summary>
public sealed class ClipTextGoldenTests
{
    private const double Tolerance = 5e-5;
    private const string Gradient = "text_model.encoder.layers.0.self_attn.q_proj.weight";

    [SharedTheory]
    [InlineData("clip-text-l")]
    [InlineData("clip-text-h")]
    [InlineData("clip-text-proj")]
    public void States_agree(string folder)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var model = ClipTextModel.FromFolder(SharedData.Golden(folder));
        var io = SharedData.Tensors(folder, "io.safetensors");
        var output = model.Encode(io["input_ids"]);
        TensorAssert.Close(io["hidden_states"], stack(output.HiddenStates), Tolerance, "hidden states");
        TensorAssert.Close(io["last_hidden_state"], output.LastHiddenState, Tolerance, "last hidden state");
        TensorAssert.Close(io["penultimate_final_norm"], model.ApplyFinalLayerNorm(output.HiddenStates[^2]), Tolerance, "penultimate");
        TensorAssert.Close(io["short_last_hidden_state"], model.forward(io["short_input_ids"]), Tolerance, "short texts");
        var pooled = model.Pool(output.LastHiddenState, io["input_ids"]);
        TensorAssert.Close(io["pooled"], pooled, Tolerance, "pooled");
        if (io.TryGetValue("text_embeds", out var embeds))
            TensorAssert.Close(embeds, model.Project(pooled), Tolerance, "projection");
        if (io.TryGetValue("attention_mask", out var mask))
            TensorAssert.Close(io["masked_last_hidden_state"], model.Encode(io["input_ids"], mask).LastHiddenState, Tolerance, "masked");
    }

    [SharedFact]
    public void Norm_epsilon_agrees()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var model = ClipTextModel.FromFolder(SharedData.Golden("eps-sensitive", "clip-text"));
        var io = SharedData.Tensors("eps-sensitive", "clip-text", "io.safetensors");
        var last = model.forward(io["input_ids"]);
        TensorAssert.Close(io["last_hidden_state"], last, 1e-5);
        TensorAssert.Close(io["pooled"], model.Pool(last, io["input_ids"]), 1e-5);
    }

    [SharedTheory]
    [InlineData("clip-text-l")]
    [InlineData("clip-text-h")]
    public void Gradient_agrees(string folder)
    {
        using var scope = NewDisposeScope();
        using var model = ClipTextModel.FromFolder(SharedData.Golden(folder));
        var io = SharedData.Tensors(folder, "io.safetensors");
        model.forward(io["input_ids"])[..2].square().mean().backward();
        TensorAssert.CloseRelative(io["grad." + Gradient], model.get_parameter(Gradient)!.grad!, 1e-4);
    }
}
