using MLNet.SynthAugment.Diffusion.Lora;
using MLNet.SynthAugment.Diffusion.UNets;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Tests.UNets;

/// <summary>Keys and values of the text computed beforehand change nothing but rounding.</summary>
public sealed class TextContextTests
{
    private const double Tolerance = 3e-5;

    [SharedTheory]
    [InlineData("unet-sd1")]
    [InlineData("unet-sd2")]
    [InlineData("unet-upscaler")]
    [InlineData("unet-sdxl")]
    public void Output_agrees_with_the_reference(string folder)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var unet = UNet2DConditionModel.FromFolder(SharedData.Golden(folder));
        var io = SharedData.Tensors(folder, "io.safetensors");
        var conditions = new UNetConditions
        {
            ClassLabels = io.GetValueOrDefault("class_labels"),
            AddedTextEmbeds = io.GetValueOrDefault("added_text_embeds"),
            AddedTimeIds = io.GetValueOrDefault("added_time_ids"),
        };
        using var text = unet.PrepareText(io["encoder_hidden_states"]);
        TensorAssert.Close(io["out"], unet.forward(io["sample"], io["timestep"], text, conditions), Tolerance);
        TensorAssert.Close(io["out"], unet.forward(io["sample"], io["timestep"], text, conditions), Tolerance,
            "second use");
    }

    [Theory]
    [InlineData("aaaa")]
    [InlineData("aabb")]
    [InlineData("aaab")]
    [InlineData("abab")]
    [InlineData("abbbba")]
    [InlineData("a")]
    public void Repeated_rows_are_served_by_the_same_keys(string pattern)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var unet = TinyModels.UNet();
        var rows = randn(2, 3, TinyModels.TextWidth, generator: new Generator(3, CPU));
        var states = stack(pattern.Select(letter => rows[letter - 'a']).ToList());
        var sample = randn(pattern.Length, 4, 8, 6, generator: new Generator(4, CPU));
        using var text = unet.PrepareText(states);
        Assert.Equal(pattern.Length, text.Rows);
        TensorAssert.Close(unet.forward(sample, tensor(7L), states), unet.forward(sample, tensor(7L), text), 1e-5);
    }

    [Fact]
    public void A_row_serves_the_latents_that_follow_each_other()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var unet = TinyModels.UNet();
        var states = randn(2, 3, TinyModels.TextWidth, generator: new Generator(3, CPU));
        var sample = randn(6, 4, 8, 8, generator: new Generator(4, CPU));
        using var text = unet.PrepareText(states);
        TensorAssert.Close(unet.forward(sample, tensor(7L), states.repeat_interleave(3, 0)),
            unet.forward(sample, tensor(7L), text), 1e-5);
        Assert.Contains("5 latents",
            Assert.Throws<ArgumentException>(() => unet.forward(sample[..5], tensor(7L), text)).Message);
    }

    [Fact]
    public void Attached_adapters_count()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var unet = TinyModels.UNet();
        var layers = new LoraLayers(unet);
        using var adapter = TinyModels.RandomAdapter(layers, 5);
        using var attached = adapter.Attach(layers);
        var states = randn(1, 3, TinyModels.TextWidth, generator: new Generator(3, CPU));
        var sample = randn(1, 4, 8, 8, generator: new Generator(4, CPU));
        using var text = unet.PrepareText(states);
        TensorAssert.Close(unet.forward(sample, tensor(7L), states), unet.forward(sample, tensor(7L), text), 1e-5);
    }

    [Fact]
    public void Gradients_of_the_latents_pass_through()
    {
        using var scope = NewDisposeScope();
        using var unet = TinyModels.UNet();
        var states = randn(1, 3, TinyModels.TextWidth, generator: new Generator(3, CPU));
        using var text = unet.PrepareText(states);
        var gradients = new Func<Tensor, Tensor>[] { x => unet.forward(x, tensor(7L), states),
            x => unet.forward(x, tensor(7L), text) }.Select(predict =>
        {
            var sample = randn(2, 4, 8, 8, generator: new Generator(4, CPU));
            sample.requires_grad_();
            predict(sample[..1]).square().mean().backward();
            return sample.grad!;
        }).ToList();
        TensorAssert.CloseRelative(gradients[0], gradients[1], 1e-4);
    }

    [Fact]
    public void A_disposed_or_foreign_context_is_refused()
    {
        using var scope = NewDisposeScope();
        using var unet = TinyModels.UNet();
        using var other = TinyModels.UNet();
        var states = zeros(1, 3, TinyModels.TextWidth);
        var sample = zeros(1, 4, 8, 8);
        using var text = unet.PrepareText(states);
        Assert.Throws<ArgumentException>(() => other.forward(sample, tensor(7L), text));
        text.Dispose();
        Assert.Throws<ArgumentException>(() => unet.forward(sample, tensor(7L), text));
        Assert.Throws<ArgumentException>(() => unet.PrepareText(zeros(1, 3, 5)));
    }

    [Fact]
    public void Disposing_leaves_no_tensor()
    {
        using var unet = TinyModels.UNet();
        using var states = randn(8, 5, TinyModels.TextWidth, generator: new Generator(3, CPU));
        ResidentMemory.Bytes(); // Runs the finalizers of earlier tests, which would change the count.
        var before = Tensor.TotalCount;
        using (var text = unet.PrepareText(states))
            Assert.True(Tensor.TotalCount > before);
        Assert.Equal(before, Tensor.TotalCount);
    }
}
