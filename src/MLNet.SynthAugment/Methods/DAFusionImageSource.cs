using MLNet.SynthAugment.Diffusion;
using MLNet.SynthAugment.Diffusion.Files;
using MLNet.SynthAugment.Diffusion.TextualInversion;
using MLNet.SynthAugment.FewShot;
using MLNet.SynthAugment.Methods.Translation;

namespace MLNet.SynthAugment.Methods;

/// <summary>Noises shots of the class and denoises them under the class's learnt token.</summary>
internal sealed class DAFusionImageSource(DAFusion method, SynthesisContext context) : IImageSource
{
    private const string PlanStream = "dafusion";

    private readonly DAFusionTokens _tokens = new(method, context);
    private readonly ShotTranslator _translator = new(context, method.ToTranslationOptions());
    private ClassToken? _inUse;

    public IReadOnlyList<SyntheticImage> Generate(ImageBatch batch, CancellationToken cancellation)
    {
        var token = UseTokenOf(batch.Class);
        var prompt = method.PromptOf(batch.Class, token.Text);
        var sources = _translator.SourcesOf(batch.Class);
        var images = _translator.Translate(
            batch.Class, [.. batch.Indices.Select(index => Plan(batch.Class.Label, index, prompt, sources))],
            cancellation);
        return [.. images.Select(image => image with { Adapter = token.Hash })];
    }

    public void Dispose()
    {
        _translator.Dispose();
        _inUse?.Active.Dispose();
    }

    private ShotTranslation Plan(string label, long index, string prompt, IReadOnlyList<Shot> sources)
    {
        var random = SeededRandom.Create(new NoiseKey(context.Seed, label, index), PlanStream);
        return new ShotTranslation(index, prompt, Shot: random.Of(sources), Strength: random.Of(method.Strengths));
    }

    private ClassToken UseTokenOf(ShotClass shotClass)
    {
        if (_inUse?.Label == shotClass.Label)
            return _inUse;
        _inUse?.Active.Dispose();
        _inUse = null;
        var file = _tokens.Get(shotClass);
        // Also a new token is read from its file, so that a resumed run has the very same numbers.
        using var embedding = TokenEmbedding.Load(file);
        return _inUse = new ClassToken(
            shotClass.Label, embedding.Token, FileHash.Of(file), embedding.Activate(context.Model));
    }

    /// <summary>The token that the model's prompts may use at present.</summary>
    private sealed record ClassToken(string Label, string Text, string Hash, ActiveTokenEmbedding Active);
}
