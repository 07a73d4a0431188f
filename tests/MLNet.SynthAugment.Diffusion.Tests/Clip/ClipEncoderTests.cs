using MLNet.SynthAugment.Diffusion.Clip;
using MLNet.SynthAugment.Diffusion.Weights;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Tests.Clip;

/// <summary>
/// The golden CLIP model (its towers are checked by the golden suite) with a tokenizer of letters, as one Hugging Face
/// folder.
/// </summary>
public sealed class ClipEncoderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("clip").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [SharedFact]
    public void Images_of_any_size_and_texts_become_the_model_s_directions_whatever_their_number()
    {
        using var scope = NewDisposeScope();
        using var clip = ClipEncoder.FromFolder(WriteFolder());
        var images = Enumerable.Range(0, 18).Select(i => TestImages.Pattern(40 + i, 37, i)).ToList();
        var texts = Enumerable.Range(0, 18).Select(i => $"{(char)('a' + i)} b").ToList();
        var (together, words) = (clip.EncodeImages(images), clip.EncodeTexts(texts));
        Assert.False(together.requires_grad || words.requires_grad);
        Assert.Equal([18, 24], together.shape);
        Assert.Equal([18, 24], words.shape);
        TensorAssert.Close(ones(18), together.norm(1), 1e-6);
        for (var i = 0; i < images.Count; i++)
        {
            var features = clip.Model.ImageFeatures(clip.Processor.Preprocess([images[i]]));
            TensorAssert.Close(nn.functional.normalize(features), together[i..(i + 1)], 1e-6);
            var ids = tensor(clip.Tokenizer.EncodePadded(texts[i]), [1, 8]);
            TensorAssert.Close(nn.functional.normalize(clip.Model.TextFeatures(ids)), words[i..(i + 1)], 1e-6);
        }
        Assert.True((words[0] - words[1]).abs().max().item<float>() > 1e-3);
        images.ForEach(image => image.Dispose());
    }

    [SharedFact]
    public void The_content_hash_tells_weights_and_preprocessing_apart()
    {
        using var clip = ClipEncoder.FromFolder(WriteFolder());
        using var same = ClipEncoder.FromFolder(_folder);
        Assert.Equal(clip.ContentHash, same.ContentHash);
        (clip.Processor with { ImageMean = [0.5, 0.5, 0.5] }).Save(_folder);
        using var other = ClipEncoder.FromFolder(_folder);
        Assert.NotEqual(clip.ContentHash, other.ContentHash);
        Assert.Equal(64, other.ContentHash.Length);
    }

    [SharedFact]
    public void What_is_missing_or_does_not_fit_is_named()
    {
        WriteFolder();
        using (var clip = ClipEncoder.FromFolder(_folder))
        {
            Assert.Throws<ArgumentException>(() => clip.EncodeImages(Array.Empty<Image<Rgb24>>()));
            Assert.Throws<ArgumentException>(() => clip.EncodeTexts([]));
            var longer = new ClipTokenizer(
                clip.Tokenizer.Vocabulary, [], new ClipTokenizerOptions { ModelMaxLength = 78 });
            Assert.Contains("78 tokens",
                Assert.Throws<ModelFolderException>(() => new ClipEncoder(clip.Model, longer)).Message);
            Assert.Contains("content hash",
                Assert.Throws<InvalidOperationException>(
                    () => new ClipEncoder(clip.Model, clip.Tokenizer).ContentHash).Message);
        }
        File.Delete(Path.Combine(_folder, "preprocessor_config.json"));
        Assert.Contains("preprocessor_config.json",
            Assert.Throws<ModelFolderException>(() => ClipEncoder.FromFolder(_folder)).Message);
        Assert.Contains("no folder",
            Assert.Throws<ModelFolderException>(() => ClipEncoder.FromFolder(Path.Combine(_folder, "other"))).Message);
    }

    private string WriteFolder()
    {
        foreach (var file in new[] { "config.json", "model.safetensors" })
            File.Copy(SharedData.Golden("clip-full", file), Path.Combine(_folder, file));
        TinyModels.Tokenizer().Save(_folder);
        new ClipImageProcessor { Resize = new ClipResize(ShortestEdge: 32), Crop = (32, 32) }.Save(_folder);
        return _folder;
    }
}
