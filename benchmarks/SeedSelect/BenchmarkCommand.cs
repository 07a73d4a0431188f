using System.CommandLine;
using MLNet.SynthAugment.Diffusion.ImageSets;
using MLNet.SynthAugment.Methods;

namespace MLNet.SynthAugment.Benchmarks.SeedSelection;

/// <summary>The command line: which model, which images, how many.</summary>
internal static class BenchmarkCommand
{
    private static readonly SeedSelect s_defaults = SeedSelect.ForEmbeddedModel;

    private static readonly Option<string> s_images = new("--images") { Description = "Folder or zip with <split>/<class>/*, as PATH:split. Never a test split.", Required = true };
    private static readonly Option<string?> s_model = new("--model") { Description = "Folder of a Stable Diffusion model; the embedded one if not given." };
    private static readonly Option<string?> s_clip = new("--clip") { Description = "Folder of a CLIP model; the embedded one if not given." };
    private static readonly Option<int> s_classes = new("--classes") { Description = "Classes that images are made of, evenly spread over the set.", DefaultValueFactory = _ => 13 };
    private static readonly Option<int> s_shots = new("--shots") { Description = "Shots of a class.", DefaultValueFactory = _ => 5 };
    private static readonly Option<int> s_perClass = new("--per-class") { Description = "Images of a class that are measured, beside its anchors.", DefaultValueFactory = _ => 4 };
    private static readonly Option<int> s_anchors = new("--anchors") { Description = "Anchors of a class.", DefaultValueFactory = _ => 1 };
    private static readonly Option<int> s_iterations = new("--iterations") { Description = "Evaluations of an image that is optimised in full: its start and one less updates.", DefaultValueFactory = _ => s_defaults.Optimization.Iterations };
    private static readonly Option<int> s_steps = new("--steps") { Description = "Denoising steps.", DefaultValueFactory = _ => s_defaults.Sampling.Steps };
    private static readonly Option<double> s_guidance = new("--guidance") { Description = "Scale of guidance.", DefaultValueFactory = _ => s_defaults.Sampling.GuidanceScale };
    private static readonly Option<double> s_learningRate = new("--learning-rate") { Description = "Learning rate of the first updates.", DefaultValueFactory = _ => s_defaults.Optimization.LearningRate };
    private static readonly Option<double> s_perturbation = new("--perturbation") { Description = "How far from its anchor an image starts.", DefaultValueFactory = _ => s_defaults.Perturbation };
    private static readonly Option<int> s_pathIterations = new("--path-iterations") { Description = "Updates of the norm-aware paths; 0 leaves this way out.", DefaultValueFactory = _ => s_defaults.Paths.Iterations };
    private static readonly Option<long> s_seed = new("--seed") { Description = "Seed of the run.", DefaultValueFactory = _ => 1 };

    public static RootCommand Create()
    {
        var command = new RootCommand("Measures how SeedSelect lowers its loss: in full, from anchors and from norm-aware paths.")
        {
            s_images, s_model, s_clip, s_classes, s_shots, s_perClass, s_anchors, s_iterations, s_steps, s_guidance, s_learningRate, s_perturbation, s_pathIterations, s_seed,
        };
        command.SetAction(Run);
        return command;
    }

    private static void Run(ParseResult arguments)
    {
        var method = s_defaults with
        {
            Anchors = arguments.GetValue(s_anchors),
            Optimization = s_defaults.Optimization with
            { Iterations = arguments.GetValue(s_iterations), LearningRate = arguments.GetValue(s_learningRate) },
            Sampling = s_defaults.Sampling with
            { Steps = arguments.GetValue(s_steps), GuidanceScale = arguments.GetValue(s_guidance) },
            Perturbation = arguments.GetValue(s_perturbation),
            Paths = s_defaults.Paths with { Iterations = arguments.GetValue(s_pathIterations) },
        };
        using var model = (arguments.GetValue(s_model) is { } folder ? DiffusionModel.FromFolder(folder) : DiffusionModel.Embedded).Load();
        using var clip = (arguments.GetValue(s_clip) is { } clipFolder ? ImageTextModel.FromFolder(clipFolder) : ImageTextModel.Embedded).Load();
        var allClasses = ShotLoader.Load(ImageSetLocation.Parse(arguments.GetRequiredValue(s_images)), arguments.GetValue(s_shots));
        var classes = ShotLoader.Spread(allClasses, arguments.GetValue(s_classes));
        using var benchmark = new SeedBenchmark(method, model, clip, allClasses, classes, arguments.GetValue(s_perClass), arguments.GetValue(s_seed));
        Report.Print(benchmark.Run(Console.WriteLine), method.Optimization.Iterations);
    }
}
