using System.Text.Json.Serialization;
using MLNet.SynthAugment.Methods;

namespace MLNet.SynthAugment.Tests.Support;

/// <summary>A method whose images are good or bad by a plan: a letter an image, over and over.</summary>
public sealed record PlannedImages : ISynthesisMethod
{
    /// <summary>
    /// <c>g</c> a good new image, <c>w</c> one of another class, <c>c</c> a copy of a shot, <c>r</c> a repetition of
    /// the class's first good image.
    /// </summary>
    public string Plan { get; init; } = "g";

    [JsonIgnore]
    public Action<ImageBatch>? OnBatch { get; init; }

    public string Name => "PlannedImages";

    public bool UsesDiffusionModel => false;

    public IImageSource Adapt(SynthesisContext context) => new Source(this, context);

    private sealed class Source(PlannedImages method, SynthesisContext context) : IImageSource
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
            var own = Array.IndexOf(Drawings.Classes, batch.Class.Label);
            // Drawings repeat after 50 numbers; shots have the numbers from 0.
            var number = 10 + (int)index % 30;
            return new SyntheticImage(method.Plan[(int)(index % method.Plan.Length)] switch
            {
                'g' => Drawings.Draw(own, number),
                'w' => Drawings.Draw((own + 1) % Drawings.Classes.Length, number),
                'c' => batch.Class.Shots[0].OpenImage(),
                'r' => Drawings.Draw(own, 10 + method.Plan.IndexOf('g')),
                var letter => throw new InvalidOperationException($"The plan has the letter '{letter}'."),
            })
            {
                Prompt = $"a photo of a {batch.Class.Name}",
                Seed = context.Seed,
                Score = 0.25f,
                Source = batch.Class.Shots[0],
                Steps = 20,
                GuidanceScale = 2.5,
                Scheduler = "DdimScheduler",
                Adapter = new string('a', 64),
                SoftLabels = new Dictionary<string, float>
                { [batch.Class.Label] = 0.75f, [Drawings.Classes[(own + 1) % Drawings.Classes.Length]] = 0.25f },
                Details = """{"strength":0.5}""",
            };
        }
    }
}
