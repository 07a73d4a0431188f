using MLNet.SynthAugment.Diffusion.Clip;
using MLNet.SynthAugment.Diffusion.TextualInversion;

namespace MLNet.SynthAugment.Diffusion.Training;

/// <summary>
/// Textual inversion (Gal et al. 2023): finds the vectors that a text encoder must read for a model to make given
/// images, by the model's own noise-prediction loss. Nothing else learns. A model that takes images beside the text is
/// shown none, so that the vectors must tell it all. The outcome follows from model, images and options alone.
/// </summary>
/// <param name="model">The model, with one text encoder or SDXL's two; it is not changed, and must not be used
/// elsewhere meanwhile.</param>
/// <param name="options">The settings.</param>
public sealed class TextualInversionTrainer(LatentDiffusionModel model, TextualInversionOptions options)
{
    /// <summary>Learns an embedding, or goes on where a checkpoint of the same run stopped.</summary>
    /// <param name="images">Images of one class or thing, at least one, of any size; they stay the caller's.</param>
    /// <param name="progress">Told after each step.</param>
    /// <param name="cancellationToken">Looked at before each step; with a checkpoint folder the work done is saved
    /// first.</param>
    /// <returns>The embedding, float32, which the caller owns; its metadata hold the settings.</returns>
    /// <exception cref="ArgumentException">There is no image, a setting is out of range, or prompts know the token
    /// already.</exception>
    /// <exception cref="InvalidOperationException">The model is no text-to-image model.</exception>
    /// <exception cref="InvalidDataException">The checkpoint folder holds the checkpoint of another run.</exception>
    /// <exception cref="TrainingDivergedException">A number overflowed; the exception holds the last good
    /// embedding.</exception>
    /// <exception cref="OperationCanceledException">Training was cancelled.</exception>
    public TokenEmbedding Train(
        IReadOnlyList<Image<Rgb24>> images, IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        var training = new NoisePredictionTraining(model, options);
        using var initial = Initial();
        using var parameters = new FlatParameters([.. VectorsOf(initial)], model.Device);
        using var active = new ActiveTokenEmbedding(model, options.Token, parameters.Leaves);
        using var norms = new VectorNorms(parameters.Leaves);
        using var optimizer = new TrainingOptimizer(parameters, options)
        {
            Constrain = options.KeepNorm ? norms.Restore : null,
        };
        var settings = TrainingSettings.Describe(model, options);
        var prompts = options.Prompts;
        List<TrainingExample> examples =
            [.. images.Select(image => new TrainingExample(image, prompts[0]) { OtherPrompts = [.. prompts.Skip(1)] })];
        try
        {
            training.Run(examples, parameters, optimizer, settings, progress, afterStep: null, cancellationToken);
        }
        catch (TrainingDivergedException error)
        {
            error.LastGoodEmbedding = Copy(parameters, settings);
            throw;
        }
        return Copy(parameters, settings);
    }

    /// <summary>What training starts from.</summary>
    private TokenEmbedding Initial()
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var starts = ActiveTokenEmbedding.EncodersOf(model).Select(pair => Start(pair.Tokenizer, pair.Encoder))
            .ToList();
        return new TokenEmbedding(options.Token, starts[0], starts.ElementAtOrDefault(1));
    }

    private Tensor Start(ClipTokenizer tokenizer, ClipTextModel encoder)
    {
        var ids = tokenizer.Encode(options.InitializerText);
        if (ids.Length == 0)
            throw new ArgumentException(
                $"The initializer text \"{options.InitializerText}\" holds no token; name in a word or two what the "
                    + "images show.", nameof(TextualInversionOptions.InitializerText));
        var vectors = encoder.TokenVectors.Embed(tensor(ids, device: model.Device)).to(ScalarType.Float32);
        return ids.Length == options.Vectors ? vectors : vectors.mean([0], keepdim: true).expand(options.Vectors, -1);
    }

    private static IEnumerable<Tensor> VectorsOf(TokenEmbedding embedding) =>
        new[] { embedding.Vectors, embedding.Vectors2 }.OfType<Tensor>();

    private TokenEmbedding Copy(FlatParameters parameters, IReadOnlyDictionary<string, string> settings)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var copies = parameters.Leaves.Select(leaf => leaf.detach().to(CPU, copy: true)).ToList();
        return new TokenEmbedding(options.Token, copies[0], copies.ElementAtOrDefault(1), settings);
    }
}

/// <summary>The lengths that the rows of some matrices have now, to bring changed rows back to.</summary>
internal sealed class VectorNorms : IDisposable
{
    // Of a row that is 0 there is no direction to keep.
    private const double SmallestNorm = 1e-12;

    private readonly IReadOnlyList<Tensor> _matrices;
    private readonly List<Tensor> _norms;

    /// <param name="matrices">[rows, width] each; changed in place by <see cref="Restore"/>.</param>
    public VectorNorms(IReadOnlyList<Tensor> matrices)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        _matrices = matrices;
        _norms = [.. matrices.Select(matrix => matrix.norm(1, keepdim: true).DetachFromDisposeScope())];
    }

    /// <summary>Brings the rows back to their lengths.</summary>
    public void Restore()
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        foreach (var (matrix, norm) in _matrices.Zip(_norms))
            matrix.mul_(norm / matrix.norm(1, keepdim: true).clamp(Kept(SmallestNorm)));
    }

    public void Dispose() => _norms.ForEach(norm => norm.Dispose());
}
