using MLNet.SynthAugment.Diffusion.Clip;
using MLNet.SynthAugment.Trainers.Classifiers;
using SixLabors.ImageSharp.PixelFormats;

namespace MLNet.SynthAugment.Trainers.ClipModels;

/// <summary>
/// CLIP as a classifier (Radford et al. 2021, section 3.1): the logits are the cosines of an image with the classes'
/// texts, times the model's logit scale. Of several texts of a class the mean direction counts.
/// </summary>
internal sealed class ClipClassifier : ImageClassifier
{
    public const string KindName = "Clip";

    private const double ByteRange = 255;
    private const int TextsAtOnce = 16;

    private readonly ClipEncoder _encoder;
    private readonly ImageTextModel _source;
    private readonly ClipPrompts _prompts;
    private readonly ClipAdapter? _adapter;
    private readonly Tensor _tokens;
    private Tensor? _directions;

    /// <param name="encoder">CLIP; owned from now on.</param>
    /// <param name="source">Where it came from.</param>
    /// <param name="prompts">The texts of the classes.</param>
    /// <param name="lora">The shape of an adapter that is to be trained or loaded; null for none.</param>
    /// <param name="seed">The seed of the adapter's starting values.</param>
    public ClipClassifier(ClipEncoder encoder, ImageTextModel source, ClipPrompts prompts, ClipLoraShape? lora,
        long seed = 0)
    {
        (_encoder, _source, _prompts) = (encoder, source, prompts);
        _tokens = prompts.Tokenize(encoder.Tokenizer, encoder.Device).DetachFromDisposeScope();
        if (lora is not null)
        {
            using var generator = Noise.CreateGenerator(new NoiseKey(seed), "classifier weights");
            _adapter = new ClipAdapter(encoder.Model, lora, generator);
        }
        if (lora is not { AdaptTextEncoder: true })
            FinishTraining();
    }

    public override int ImageSize => (int)_encoder.Model.Config.VisionConfig.ImageSize;

    public override Device Device => _encoder.Device;

    public override IReadOnlyList<Parameter> Parameters => _adapter?.Parameters ?? [];

    /// <summary>Loads a saved classifier.</summary>
    /// <exception cref="InvalidDataException">The CLIP model is another one.</exception>
    public static ClipClassifier Load(SavedNetwork network)
    {
        var saved = network.Read<SavedClip>();
        var source = network.Model
            ?? (saved.Folder is null ? ImageTextModel.Embedded : ImageTextModel.At(saved.Folder));
        if (source.ContentHash() != saved.Sha256)
            throw new InvalidDataException(
                $"The CLIP model in '{source.Folder}' is not the one that the classifier was made with. Give the "
                    + "right one to Load as the argument 'model'.");
        var classifier = new ClipClassifier(
            source.Load(network.Device, Precision.Float32, network.Log), source, saved.Prompts, saved.Lora);
        try
        {
            classifier._adapter?.Load(network.Folder);
            classifier.FinishTraining();
            return classifier;
        }
        catch
        {
            classifier.Dispose();
            throw;
        }
    }

    public override Image<Rgb24> Prepare(Image<Rgb24> image, int size)
    {
        var processor = size == ImageSize
            ? _encoder.Processor : _encoder.Processor with
            {
                Resize = new ClipResize(ShortestEdge: size),
                Crop = (size, size)
            };
        return processor.ResizeAndCrop(image);
    }

    public override Tensor Logits(Tensor images, bool training)
    {
        using var scope = NewDisposeScope();
        var processor = _encoder.Processor;
        var features = _encoder.Model.ImageFeatures(
            processor.Normalize(images * Kept(ByteRange * processor.RescaleFactor)));
        var adaptsText = _adapter is { Shape.AdaptTextEncoder: true };
        var directions = training && adaptsText ? EncodeTexts(_tokens) : _directions ?? EncodeAllTexts();
        return _encoder.Model.LogitsPerImage(features, directions).MoveToOuterDisposeScope();
    }

    public override void FinishTraining()
    {
        _directions?.Dispose();
        _directions = EncodeAllTexts().DetachFromDisposeScope();
    }

    public override string Kind => KindName;

    /// <summary>Writes the adapter, if there is one.</summary>
    public override JsonNode Save(string folder)
    {
        _adapter?.Save(folder);
        var source = _source == ImageTextModel.Embedded ? null : _source.Folder;
        return JsonSerializer.SerializeToNode(
            new SavedClip(source, _source.ContentHash(), _prompts, _adapter?.Shape))!;
    }

    public override void Dispose()
    {
        _adapter?.Dispose();
        _tokens.Dispose();
        _directions?.Dispose();
        _encoder.Dispose();
    }

    // A few classes at a time, without gradients: memory does not grow with the number of classes.
    private Tensor EncodeAllTexts()
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var rowsAtOnce = Math.Max(1, TextsAtOnce / _prompts.PerClass) * _prompts.PerClass;
        return cat([.. _tokens.split(rowsAtOnce).Select(EncodeTexts)]).MoveToOuterDisposeScope();
    }

    /// <param name="tokens">[classes · texts, S].</param>
    /// <returns>A direction of length 1 for each class, [classes, D].</returns>
    private Tensor EncodeTexts(Tensor tokens)
    {
        using var scope = NewDisposeScope();
        var texts = nn.functional.normalize(_encoder.Model.TextFeatures(tokens));
        var means = texts.reshape(-1, _prompts.PerClass, texts.shape[1]).mean([1L]);
        return nn.functional.normalize(means).MoveToOuterDisposeScope();
    }
}

/// <summary>What a saved CLIP classifier is made of.</summary>
/// <param name="Folder">The folder of the CLIP model; null for the embedded one.</param>
/// <param name="Sha256">Its content hash.</param>
/// <param name="Prompts">The texts of the classes.</param>
/// <param name="Lora">The shape of the adapter beside; null for none.</param>
internal sealed record SavedClip(string? Folder, string Sha256, ClipPrompts Prompts, ClipLoraShape? Lora);
