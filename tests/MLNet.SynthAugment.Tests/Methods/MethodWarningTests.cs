using MLNet.SynthAugment.Methods;

namespace MLNet.SynthAugment.Tests.Methods;

/// <summary>What may be a slip and is no error: the log says it.</summary>
public sealed class MethodWarningTests
{
    private static readonly string[] s_shared = ["a photo of a {class}", "a photo"];

    private static List<string> Warnings(TinyModelFitting fitting) =>
        [.. fitting.Log.Where(line => line.StartsWith("Warning", StringComparison.Ordinal))];

    public static TheoryData<string, bool> Methods()
    {
        var methods = new TheoryData<string, bool>();
        foreach (var name in new[] { nameof(ClassNamePrompt), nameof(DataDream), nameof(Disef), nameof(DiffMix),
            nameof(Loft), nameof(ImageVariation), nameof(SeedSelect) })
        {
            methods.Add(name, true);
            methods.Add(name, false);
        }
        return methods;
    }

    private static ISynthesisMethod Method(string name, bool isShared) => name switch
    {
        nameof(ClassNamePrompt) => new ClassNamePrompt
        { Sampling = new() { Steps = 1 }, Templates = isShared ? s_shared : s_shared[..1] },
        nameof(DataDream) => new DataDream
        {
            Sampling = new() { Steps = 1 },
            Training = new() { Epochs = 1 },
            Templates = isShared
            ? s_shared : s_shared[..1]
        },
        nameof(Disef) => new Disef { Sampling = new() { Steps = 2 }, Templates = isShared ? s_shared : s_shared[..1] },
        nameof(DiffMix) => new DiffMix
        { Sampling = new() { Steps = 2 }, FineTune = false, Templates = isShared ? s_shared : s_shared[..1] },
        nameof(Loft) => new Loft
        {
            Sampling = new() { Steps = 1 },
            Training = new() { Epochs = 1 },
            PromptTemplate =
            s_shared[isShared ? 1 : 0]
        },
        nameof(SeedSelect) => new SeedSelect
        {
            Sampling = new() { Steps = 1 },
            Optimization = new() { Iterations = 1, SemanticWeight = 0 },
            Anchors = 0,
            PromptTemplate = s_shared[isShared ? 1 : 0],
        },
        // Without text there is nothing to say of the class.
        _ => new ImageVariation { Sampling = new() { Steps = 1 }, Templates = isShared ? s_shared : [""] },
    };

    [Theory]
    [MemberData(nameof(Methods))]
    public void A_prompt_that_says_the_same_of_all_classes_is_warned_of(string name, bool isShared)
    {
        using var fitting = new TinyModelFitting(TinyModelKinds.UnClip);
        fitting.Fit(Method(name, isShared), options => options.ImagesPerClass = 1);
        if (isShared)
            Assert.Contains("The prompt \"a photo\"", Assert.Single(Warnings(fitting)));
        else
            Assert.Empty(Warnings(fitting));
    }

    [Fact]
    public void Templates_that_no_class_uses_are_not()
    {
        using var fitting = new TinyModelFitting();
        var own = Drawings.Classes.ToDictionary(label => label, label => (IReadOnlyList<string>)["something"]);
        fitting.Fit(new ClassNamePrompt
        { Sampling = new() { Steps = 1 }, Templates = ["a photo"], ClassPrompts = own }, options =>
            options.ImagesPerClass = 1);
        Assert.Empty(Warnings(fitting));
    }

    [Fact]
    public void Captions_and_masks_that_a_method_ignores_are_named()
    {
        using var fitting = new TinyModelFitting();
        var rows = fitting.Shots.Select(
            shot => new AnnotatedDrawing
            { Label = shot.Label, ImagePath = shot.ImagePath, Caption = "a drawing", MaskPath = shot.ImagePath })
            .ToList();
        List<string> WarningsOf(ISynthesisMethod method)
        {
            var before = Warnings(fitting).Count;
            fitting.Fit(rows, method, options =>
            {
                (options.CaptionColumnName, options.MaskColumnName) =
                    (nameof(AnnotatedDrawing.Caption), nameof(AnnotatedDrawing.MaskPath));
                options.ImagesPerClass = 1;
            });
            return Warnings(fitting)[before..];
        }

        Assert.Contains("'ClassNamePrompt', as it is set, does not look at the masks of column 'MaskPath' and the "
            + "captions of column 'Caption'.", Assert.Single(
                WarningsOf(new ClassNamePrompt { Sampling = new() { Steps = 1 } })));
        var disef = new Disef { Sampling = new() { Steps = 2 } };
        Assert.Contains("does not look at the masks of column 'MaskPath'.", Assert.Single(WarningsOf(disef)));
        Assert.Contains("does not look at the captions of column 'Caption'.",
            Assert.Single(WarningsOf(disef
                with
            { Start = disef.Start with { Masks = MaskMode.KeepObject }, UseCaptions = false })));
        Assert.Empty(WarningsOf(disef with { Start = disef.Start with { Masks = MaskMode.KeepObject } }));
    }
}
