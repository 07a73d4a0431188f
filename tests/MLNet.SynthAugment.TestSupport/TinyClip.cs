using MLNet.SynthAugment.Diffusion.Clip;
using MLNet.SynthAugment.Diffusion.Layers;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.TestSupport;

/// <summary>
/// A CLIP model of a few thousand random weights: it knows nothing, but sees like images as alike and unlike ones as
/// unlike.
/// </summary>
internal static class TinyClip
{
    /// <summary>Writes it as a Hugging Face folder.</summary>
    public static ImageTextModel Save(string folder, ulong seed = 21)
    {
        var config = new ClipConfig
        {
            ProjectionDim = 16,
            // As in the published files, the end token is the one with the largest id; without it a text's features
            // would be those of its start token, the same for all.
            TextConfig = new ClipTextConfig
            {
                VocabSize = TinyModels.Tokenizer().VocabularySize,
                HiddenSize = 8,
                IntermediateSize = 16,
                NumHiddenLayers = 1,
                NumAttentionHeads = 2,
                MaxPositionEmbeddings = 8,
                EosTokenId = 2
            },
            VisionConfig = new ClipVisionConfig
            {
                HiddenSize = 16,
                IntermediateSize = 32,
                NumHiddenLayers = 1,
                NumAttentionHeads = 2,
                ImageSize = Drawings.Size,
                PatchSize = Drawings.Size
            },
        };
        using (var model = new ClipModel(config))
        using (var generator = new Generator(seed, CPU))
        {
            ParameterInitializer.Initialize(model, generator);
            // Starting values are small, and would let the image hardly matter beside what all images have in common.
            using (no_grad())
            {
                foreach (var weight in model.parameters().Where(weight => weight.dim() > 1))
                    weight.mul_(8);
            }
            model.Save(folder, ScalarType.Float32);
        }
        TinyModels.Tokenizer().Save(folder);
        ClipImageProcessor.For(config.VisionConfig).Save(folder);
        return ImageTextModel.FromFolder(folder);
    }
}
