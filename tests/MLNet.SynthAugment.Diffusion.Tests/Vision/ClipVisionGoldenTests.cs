using MLNet.SynthAugment.Diffusion.Tests.Golden;
using MLNet.SynthAugment.Diffusion.Vision;
using MLNet.SynthAugment.Diffusion.Weights;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Tests.Vision;

/// <summary>Image encoder and whole CLIP against the reference's states, embeddings, logits and gradients.</summary>
public sealed class ClipVisionGoldenTests
{
    private const double Tolerance = 5e-5;

    [SharedFact]
    public void Image_encoder_agrees()
    {
        using var scope = NewDisposeScope();
        using var model = ClipVisionModel.FromFolder(SharedData.Golden("clip-vision"));
        var io = SharedData.Tensors("clip-vision", "io.safetensors");
        var pixels = io["pixel_values"].requires_grad_();
        var output = model.Encode(pixels);
        TensorAssert.Close(io["hidden_states"], stack(output.HiddenStates), Tolerance, "hidden states");
        TensorAssert.Close(io["last_hidden_state"], output.LastHiddenState, Tolerance, "last hidden state");
        TensorAssert.Close(io["pooled"], output.Pooled, Tolerance, "pooled");
        var embeds = model.forward(pixels);
        TensorAssert.Close(io["image_embeds"], embeds, Tolerance, "embeddings");
        embeds.square().mean().backward();
        TensorAssert.CloseRelative(io["grad_pixel_values"], pixels.grad!, 1e-4, "gradient");
    }

    [SharedTheory]
    [InlineData("model.safetensors")]
    [InlineData("model.openai_naming.safetensors")]
    public void Whole_model_agrees_in_both_namings(string file)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var model = ClipModel.FromFile(SharedData.Golden("clip-full", file));
        AssertAgrees(model);
    }

    [SharedFact]
    public void Sizes_are_read_from_an_openai_file_without_a_config()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var options = new OpenClipOptions { HiddenAct = "gelu", TextHeads = 4, VisionHeads = 4 };
        using var model = ClipModel.FromFile(SharedData.Golden("clip-full", "model.openai_naming.safetensors"), options);
        AssertAgrees(model);
        var message = Assert.Throws<ModelFolderException>(() => ClipModel.FromFile(SharedData.Golden("clip-full", "model.openai_naming.safetensors"), new OpenClipOptions())).Message;
        Assert.Contains("number of heads", message);
    }

    [SharedFact]
    public void Parts_load_from_the_whole_models_folder()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var io = SharedData.Tensors("clip-full", "io.safetensors");
        using var vision = ClipVisionModel.FromFolder(SharedData.Golden("clip-full"));
        using var text = Diffusion.Text.ClipTextModel.FromFolder(SharedData.Golden("clip-full"));
        TensorAssert.Close(io["image_features"], vision.forward(io["pixel_values"]), Tolerance, "image");
        var states = text.Encode(io["input_ids"]);
        TensorAssert.Close(io["text_features"], text.Project(text.Pool(states.LastHiddenState, io["input_ids"])), Tolerance, "text");
    }

    private static void AssertAgrees(ClipModel model)
    {
        var io = SharedData.Tensors("clip-full", "io.safetensors");
        var (images, texts) = (model.ImageFeatures(io["pixel_values"]), model.TextFeatures(io["input_ids"]));
        TensorAssert.Close(io["image_features"], images, Tolerance, "image features");
        TensorAssert.Close(io["text_features"], texts, Tolerance, "text features");
        TensorAssert.Close(io["image_embeds"], ClipModel.Normalize(images), Tolerance, "image embeddings");
        TensorAssert.Close(io["text_embeds"], ClipModel.Normalize(texts), Tolerance, "text embeddings");
        var logits = model.LogitsPerImage(images, texts);
        TensorAssert.Close(io["logits_per_image"], logits, 1e-4, "logits");
        TensorAssert.Close(io["logits_per_text"], logits.t(), 1e-4, "logits a text");
        TensorAssert.Close(io["probs_per_image"], logits.softmax(-1), Tolerance, "probabilities");
        TensorAssert.Close(io["contrastive_loss_3x3"], ClipModel.ContrastiveLoss(logits[.., ..3]).reshape(1), Tolerance, "loss");
    }
}
