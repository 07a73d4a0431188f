using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using MLNet.SynthAugment.Methods;

namespace MLNet.SynthAugment.Tests.Support;

/// <summary>A method as it is, but that a test is asked before each batch.</summary>
public sealed record WatchedMethod : ISynthesisMethod
{
    [JsonIgnore]
    public ISynthesisMethod Inner { get; init; } = new ClassNamePrompt();

    /// <summary>Is given what makes the images, the run and the batch that is to be made.</summary>
    [JsonIgnore]
    public Action<IImageSource, SynthesisContext, ImageBatch> BeforeBatch { get; init; } = (_, _, _) => { };

    public string Name => "Watched" + Inner.Name;

    public bool UsesDiffusionModel => Inner.UsesDiffusionModel;

    public bool UsesClip => Inner.UsesClip;

    public JsonNode Settings => JsonSerializer.SerializeToNode(Inner, Inner.GetType())!;

    public IImageSource Adapt(SynthesisContext context) => new Source(this, Inner.Adapt(context), context);

    private sealed class Source(WatchedMethod method, IImageSource inner, SynthesisContext context) : IImageSource
    {
        public IReadOnlyList<SyntheticImage> Generate(ImageBatch batch, CancellationToken cancellation)
        {
            method.BeforeBatch(inner, context, batch);
            return inner.Generate(batch, cancellation);
        }

        public void Dispose() => inner.Dispose();
    }
}
