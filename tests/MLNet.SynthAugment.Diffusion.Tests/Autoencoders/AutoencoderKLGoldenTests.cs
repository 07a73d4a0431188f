using System.Text.Json;
using MLNet.SynthAugment.Diffusion.Autoencoders;
using MLNet.SynthAugment.Diffusion.Tests.Golden;
using MLNet.SynthAugment.Diffusion.Weights;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Tests.Autoencoders;

/// <summary>Encoding, decoding and gradients against the reference implementation's.</summary>
public sealed class AutoencoderKLGoldenTests
{
    [SharedTheory]
    [InlineData("vae-kl", 5e-5)]
    [InlineData("eps-sensitive/vae", 1e-5)]
    public void Agrees(string folder, double tolerance)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var vae = AutoencoderKL.FromFolder(SharedData.Golden(folder));
        var io = SharedData.Tensors(folder, "io.safetensors");
        var posterior = vae.Encode(io["image"]);
        TensorAssert.Close(io["moments"], posterior.Moments, tolerance, "moments");
        TensorAssert.Close(io["posterior_mean"], posterior.Mean, tolerance, "mean");
        TensorAssert.Close(io["decoded"], vae.Decode(io["latent"]), tolerance, "decoded");
    }

    [SharedFact]
    public void Posterior_and_odd_size_agree()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var vae = AutoencoderKL.FromFolder(SharedData.Golden("vae-kl"));
        var io = SharedData.Tensors("vae-kl", "io.safetensors");
        var posterior = vae.Encode(io["image"]);
        TensorAssert.Close(io["posterior_logvar"], posterior.LogVariance, 5e-5, "log-variance");
        TensorAssert.Close(io["posterior_std"], posterior.StandardDeviation, 5e-5, "standard deviation");
        TensorAssert.Close(io["posterior_sample"], posterior.Sample(io["eps"]), 5e-5, "sample");
        TensorAssert.Close(io["moments_odd"], vae.Encode(io["image_odd"]).Moments, 5e-5, "odd size");
    }

    [SharedFact]
    public void Older_attention_names_load()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var config = JsonSerializer.Deserialize<AutoencoderKLConfig>(File.ReadAllText(SharedData.Golden("vae-kl", "config.json")), new JsonSerializerOptions { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower })!;
        using var weights = WeightFiles.OpenFile(SharedData.Golden("vae-kl", "diffusion_pytorch_model.legacy_attn.safetensors"));
        using var vae = AutoencoderKL.FromWeights(config, weights);
        var io = SharedData.Tensors("vae-kl", "io.safetensors");
        TensorAssert.Close(io["decoded"], vae.Decode(io["latent"]), 5e-5);
    }

    [SharedFact]
    public void Gradients_agree()
    {
        using var scope = NewDisposeScope();
        using var vae = AutoencoderKL.FromFolder(SharedData.Golden("vae-kl"));
        var io = SharedData.Tensors("vae-kl", "io.safetensors");
        var latent = io["latent"].requires_grad_();
        vae.Decode(latent).square().mean().backward();
        TensorAssert.CloseRelative(io["grad_latent"], latent.grad!, 1e-4, "latent");
        var image = io["image"].requires_grad_();
        vae.Encode(image).Mean.square().mean().backward();
        TensorAssert.CloseRelative(io["grad_image"], image.grad!, 1e-4, "image");
    }
}
