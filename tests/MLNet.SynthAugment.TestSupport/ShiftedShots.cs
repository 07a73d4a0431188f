using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using MLNet.SynthAugment.Methods;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace MLNet.SynthAugment.TestSupport;

/// <summary>
/// A method as a user might write one, without a diffusion model: each image is a shot moved by a few pixels.
/// </summary>
public sealed record ShiftedShots : ISynthesisMethod
{
    public int MaxShift { get; init; } = 3;

    [JsonIgnore]
    public Action<ImageBatch>? OnBatch { get; init; }

    [JsonIgnore]
    public Action? OnLearn { get; init; }

    public string Name => "ShiftedShots";

    public bool UsesDiffusionModel => false;

    public IImageSource Adapt(SynthesisContext context)
    {
        context.LearnOnce("learnt.txt", path =>
        {
            OnLearn?.Invoke();
            File.WriteAllText(path, "something");
        });
        return new Source(this, context.Seed);
    }

    private sealed class Source(ShiftedShots method, long seed) : IImageSource
    {
        public IReadOnlyList<SyntheticImage> Generate(ImageBatch batch, CancellationToken cancellation)
        {
            method.OnBatch?.Invoke(batch);
            return [.. batch.Indices.Select(index => MakeImage(batch, index))];
        }

        public void Dispose()
        {
        }

        private SyntheticImage MakeImage(ImageBatch batch, long index)
        {
            var random = SHA256.HashData(Encoding.UTF8.GetBytes($"{seed}/{batch.Class.Label}/{index}"));
            var shot = batch.Class.Shots[random[0] % batch.Class.Shots.Count];
            using var original = shot.OpenImage();
            var (right, down) = (random[1] % method.MaxShift, random[2] % method.MaxShift);
            var image = new Image<Rgb24>(original.Width, original.Height);
            for (var y = 0; y < image.Height; y++)
            {
                for (var x = 0; x < image.Width; x++)
                    image[x, y] = original[(x + right) % image.Width, (y + down) % image.Height];
            }
            return new SyntheticImage(image)
            { Prompt = $"a photo of a {batch.Class.Name}", Seed = seed, Score = random[3] / 255f, Source = shot };
        }
    }
}
