using MLNet.SynthAugment.Diffusion.Lora;
using MLNet.SynthAugment.Diffusion.Tests.Golden;
using MLNet.SynthAugment.Diffusion.Text;
using MLNet.SynthAugment.Diffusion.UNets;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Tests.Lora;

/// <summary>Outputs recorded from the reference with one adapter on UNet and text encoder; absolute tolerance 1e-4.</summary>
public sealed class LoraGoldenTests : IDisposable
{
    private const double Tolerance = 1e-4;

    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly IDisposable _noGradient = no_grad();

    public void Dispose()
    {
        _noGradient.Dispose();
        _scope.Dispose();
    }

    [SharedTheory]
    [InlineData(1f, "", false)]
    [InlineData(1f, "", true)]
    [InlineData(0.5f, "_scale_half", false)]
    [InlineData(0.5f, "_scale_half", true)]
    public void Outputs_with_the_adapter_agree_with_the_reference(float strength, string suffix, bool merge)
    {
        using var unet = UNet2DConditionModel.FromFolder(SharedData.Golden("unet-sd1"));
        using var textEncoder = ClipTextModel.FromFolder(SharedData.Golden("clip-text-l"));
        using var adapter = LoraAdapter.Load(SharedData.Golden("lora", "lora_peft.safetensors"));
        var golden = SharedData.Tensors("lora", "io.safetensors");
        var layers = new LoraLayers(unet, textEncoder);

        CheckBase();
        using (IDisposable active = merge ? adapter.Merge(layers, strength) : adapter.Attach(layers, strength))
        {
            var text = textEncoder.forward(golden["input_ids"]);
            TensorAssert.Close(golden["text" + suffix], text, Tolerance, "text");
            TensorAssert.Close(golden["out" + suffix], unet.forward(golden["sample"], golden["timestep"], text), Tolerance, "out");
            var onlyUNet = unet.forward(golden["sample"], golden["timestep"], golden["encoder_hidden_states_fixed"]);
            TensorAssert.Close(golden["out_unet_only_fixed_text" + suffix], onlyUNet, Tolerance, "UNet alone");
        }
        CheckBase();

        void CheckBase()
        {
            var text = textEncoder.forward(golden["input_ids"]);
            TensorAssert.Close(golden["base_text"], text, Tolerance, "text without adapter");
            TensorAssert.Close(golden["base_out"], unet.forward(golden["sample"], golden["timestep"], text), Tolerance, "out without adapter");
        }
    }
}
