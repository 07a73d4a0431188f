using MLNet.SynthAugment.Methods;
using SixLabors.ImageSharp;

namespace MLNet.SynthAugment.Tests.Methods;

/// <summary>Shots that are lines or points: within the pixel limit, and harmless.</summary>
public sealed class ShotShapeTests : IDisposable
{
    private static readonly (int Width, int Height)[] s_sizes = [(1, 300), (300, 1), (1, 16_000), (1, 1)];

    private readonly TinyModelFitting _fitting = new(TinyModelKinds.UnClipWithLatents);

    public ShotShapeTests()
    {
        foreach (var (size, i) in s_sizes.Select((size, i) => (size, i)))
        {
            using var image = TestImages.Pattern(size.Width, size.Height, seed: i + 1);
            image.SaveAsPng(_fitting.Shots[i].ImagePath);
        }
    }

    public void Dispose() => _fitting.Dispose();

    public static TheoryData<string> Methods() => ["datadream", "disef", "dafusion", "variation", "seedselect", "loft"];

    private static ISynthesisMethod Method(string word) => word switch
    {
        "datadream" => new DataDream { Training = new() { Epochs = 1 }, Sampling = new() { Steps = 1 } },
        "disef" => new Disef { Sampling = new() { Steps = 2 } },
        "dafusion" => new DAFusion
        {
            Training = new() { Steps = 1 },
            Sampling = new() { Steps = 2 },
            Start =
            new() { Fit = Diffusion.Images.ImageFit.Stretch }
        },
        "loft" => new Loft { Training = new() { Epochs = 1 }, Sampling = new() { Steps = 1 } },
        "variation" => new ImageVariation { Sampling = new() { Steps = 1 } },
        _ => new SeedSelect
        {
            Sampling = new() { Steps = 1 },
            Optimization = new(
            )
            { Iterations = 1, SemanticWeight = 0 },
            Anchors = 0
        },
    };

    [Theory]
    [MemberData(nameof(Methods))]
    public void Every_method_takes_them(string word)
    {
        Assert.Equal(12, _fitting.Read(_fitting.Fit(Method(word))).Count);
        var warnings = _fitting.Log.Where(line => line.StartsWith("Warning", StringComparison.Ordinal));
        Assert.All(warnings, warning => Assert.Contains("of one colour", warning));
    }
}
