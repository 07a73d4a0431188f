using MLNet.SynthAugment.Diffusion;
using MLNet.SynthAugment.Diffusion.Pipelines;
using MLNet.SynthAugment.Methods;

/// <summary>Each image begins with a shot, which is noised in part and denoised again under its class's name.</summary>
public sealed record NearShots : ISynthesisMethod
{
    public double Strength { get; init; } = 0.4;    // a public property is a setting: another value, another store

    public string Name => "NearShots";

    public IImageSource Adapt(SynthesisContext context) => new Source(this, context);

    private sealed class Source(NearShots method, SynthesisContext context) : IImageSource
    {
        private readonly ImageToImagePipeline _pipeline = new(context.Model);

        public IReadOnlyList<SyntheticImage> Generate(ImageBatch batch, CancellationToken cancellation)
        {
            var options = new ImageToImageOptions
            {
                Steps = 25,
                Strength = method.Strength,
                Width = context.Model.ImageSize,
                Height = context.Model.ImageSize
            };
            var prompt = $"a drawing of a {batch.Class.Name}";
            var shots = batch.Indices.Select(index => batch.Class.Shots[(int)(index % batch.Class.Shots.Count)])
                .ToList();
            var starts = shots.ConvertAll(shot => shot.OpenImage());
            var requests = starts.Zip(batch.Indices, (start, index) =>
                new ImageToImageRequest(prompt, start, new NoiseKey(context.Seed, batch.Class.Label, index))).ToList();
            var images = _pipeline.Generate(requests, options, cancellationToken: cancellation);
            starts.ForEach(start => start.Dispose());
            return [.. images.Zip(shots, (image, shot) =>
                new SyntheticImage(image) { Prompt = prompt, Seed = context.Seed, Source = shot })];
        }

        public void Dispose() { }
    }
}
