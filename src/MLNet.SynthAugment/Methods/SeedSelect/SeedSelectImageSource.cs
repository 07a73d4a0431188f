using MLNet.SynthAugment.Diffusion.Seeds;

namespace MLNet.SynthAugment.Methods;

/// <summary>Makes images of seeds that are optimised when they are first needed, and kept.</summary>
internal sealed class SeedSelectImageSource(SeedSelect method, SynthesisContext context) : IImageSource
{
    private readonly SeedSearch _search = new(method, context);
    private readonly SeedReplay _replay = new(context.Model, context.Log);

    public IReadOnlyList<SyntheticImage> Generate(ImageBatch batch, CancellationToken cancellation)
    {
        var images = new List<SyntheticImage>();
        try
        {
            foreach (var indices in batch.Indices.GroupBy(index => SeedGroup.Of(index, method)))
            {
                var path = _search.FileOf(batch.Class, indices.Key, cancellation);
                using var set = SeedSet.Load(path);
                images.AddRange(SavedSeeds.Generate(
                    _replay, path, set, [.. indices.Select(index => (int)(index - indices.Key.First))], batch.Class,
                    cancellation));
            }
            return images;
        }
        catch
        {
            images.ForEach(image => image.Dispose());
            throw;
        }
    }

    public void Dispose() => _search.Dispose();
}
