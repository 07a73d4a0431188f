using MLNet.SynthAugment.Diffusion.Tests.Golden;
using MLNet.SynthAugment.Diffusion.UNets;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Tests.UNets;

/// <summary>Outputs and gradients against the reference implementation's; tolerances as the golden set recommends.</summary>
public sealed class UNetGoldenTests
{
    private const double OutputTolerance = 3e-5;
    private const double GradientTolerance = 1e-4;

    [SharedTheory]
    [InlineData("unet-sd1", OutputTolerance)]
    [InlineData("unet-sd2", OutputTolerance)]
    [InlineData("unet-sd-inpaint", OutputTolerance)]
    [InlineData("unet-upscaler", OutputTolerance)]
    [InlineData("unet-unclip", OutputTolerance)]
    [InlineData("unet-sdxl", OutputTolerance)]
    [InlineData("eps-sensitive/unet", 1e-5)]
    public void Output_agrees(string folder, double tolerance)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var unet = UNet2DConditionModel.FromFolder(SharedData.Golden(folder));
        var io = SharedData.Tensors(folder, "io.safetensors");
        TensorAssert.Close(io["out"], unet.forward(io["sample"], io["timestep"], io["encoder_hidden_states"], Conditions(io)), tolerance);
        if (io.TryGetValue("out_scalar_t", out var expected))
            TensorAssert.Close(expected, unet.forward(io["sample"], io["timestep_scalar"], io["encoder_hidden_states"], Conditions(io)), tolerance);
    }

    [SharedFact]
    public void Odd_size_agrees()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var unet = UNet2DConditionModel.FromFolder(SharedData.Golden("unet-sd1"));
        var io = SharedData.Tensors("unet-sd1", "io.safetensors");
        TensorAssert.Close(io["out_odd"], unet.forward(io["sample_odd"], io["timestep_odd"], io["encoder_hidden_states"][..1]), OutputTolerance);
    }

    [SharedFact]
    public void Gradients_agree()
    {
        using var scope = NewDisposeScope();
        using var unet = UNet2DConditionModel.FromFolder(SharedData.Golden("unet-sd1"));
        var io = SharedData.Tensors("unet-sd1", "io.safetensors");
        var sample = io["sample"].requires_grad_();
        var text = io["encoder_hidden_states"].requires_grad_();
        var loss = unet.forward(sample, io["timestep"], text).square().mean();
        loss.backward();
        TensorAssert.CloseRelative(io["loss"], loss.reshape(1), 1e-5);
        TensorAssert.CloseRelative(io["grad_sample"], sample.grad!, GradientTolerance);
        TensorAssert.CloseRelative(io["grad_encoder_hidden_states"], text.grad!, GradientTolerance);
        var parameters = unet.named_parameters().ToDictionary(entry => "grad." + entry.name, entry => entry.parameter);
        var checkedGradients = io.Keys.Where(parameters.ContainsKey).ToList();
        Assert.Equal(4, checkedGradients.Count);
        foreach (var name in checkedGradients)
            TensorAssert.CloseRelative(io[name], parameters[name].grad!, GradientTolerance, name);
    }

    private static UNetConditions Conditions(Dictionary<string, Tensor> io) => new()
    {
        ClassLabels = io.GetValueOrDefault("class_labels"),
        AddedTextEmbeds = io.GetValueOrDefault("added_text_embeds"),
        AddedTimeIds = io.GetValueOrDefault("added_time_ids"),
    };
}
