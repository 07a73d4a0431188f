using MLNet.SynthAugment.Evaluation.Comparisons;
using MLNet.SynthAugment.Evaluation.Comparisons.Trainers;
using SixLabors.ImageSharp;

namespace MLNet.SynthAugment.TestSupport;

/// <summary>A set of three easy classes with splits, and comparisons on it with a method that needs no model.</summary>
internal sealed class ComparisonFixture : IDisposable
{
    public const int Train = 4;
    public const int Validation = 2;
    public const int Test = 3;

    public ComparisonFixture()
    {
        AddSplit("train", 0, Train);
        AddSplit("val", Train, Validation);
        AddSplit("test", Train + Validation, Test);
    }

    public string Root { get; } = Directory.CreateTempSubdirectory("compare-tests-").FullName;

    public string Set => Path.Combine(Root, "set");

    public string Out => Path.Combine(Root, "out");

    /// <summary>Batches of synthetic images that were made, in all runs.</summary>
    public int Batches { get; private set; }

    public List<string> Log { get; } = [];

    public List<string> Warnings { get; } = [];

    /// <summary>Of each run that is kept: its file and when it was written.</summary>
    public Dictionary<string, DateTime> Kept() => Directory.Exists(Path.Combine(Out, "runs"))
        ? Directory.GetFiles(Path.Combine(Out, "runs"), "*.json", SearchOption.AllDirectories)
            .ToDictionary(file => file, File.GetLastWriteTimeUtc)
        : [];

    public string FileOf(string split, int classNumber, int number) =>
        Path.Combine(Set, split, Drawings.Classes[classNumber], $"{number}.png");

    public void Dispose() => Directory.Delete(Root, recursive: true);

    public ComparisonOptions Options(IComparisonTrainer trainer) => new()
    {
        Images = Set,
        Shots = [1],
        Amounts = [0, 2, 4],
        Seeds = 2,
        Methods = [new ComparedMethod("shifted", new ShiftedShots { OnBatch = _ => Batches++ })],
        Trainer = trainer,
        BatchSize = 2,
        Device = "cpu",
        Folder = Out,
    };

    public FewShotComparison Comparison(ComparisonOptions options) => new(options, Log.Add, Warnings.Add);

    private void AddSplit(string split, int first, int count)
    {
        for (var classNumber = 0; classNumber < Drawings.Classes.Length; classNumber++)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(FileOf(split, classNumber, 0))!);
            for (var number = first; number < first + count; number++)
            {
                using var image = Drawings.Draw(classNumber, number);
                image.SaveAsPng(FileOf(split, classNumber, number));
            }
        }
    }
}
