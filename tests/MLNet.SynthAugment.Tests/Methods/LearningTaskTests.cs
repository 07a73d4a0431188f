using MLNet.SynthAugment.Methods;

namespace MLNet.SynthAugment.Tests.Methods;

/// <summary>Methods name what they learn, and learn what they named.</summary>
public sealed class LearningTaskTests : IDisposable
{
    private readonly TinyModelFitting _fitting = new();

    public void Dispose() => _fitting.Dispose();

    [Theory]
    [MemberData(nameof(QuickMethods.Names), MemberType = typeof(QuickMethods))]
    public void What_is_named_beforehand_is_what_lies_in_the_state_folder(string name)
    {
        var method = QuickMethods.Find(name);
        if (method is ImageVariation)
            return;
        IReadOnlyList<LearningTask> tasks = [];
        var fitted = _fitting.Fit(new WatchedMethod
        {
            Inner = method,
            BeforeBatch = (source, context, batch) =>
            {
                if (tasks.Count > 0)
                    return;
                tasks = method.Learns(context.Classes);
                // All of it before the first image, as a machine would that learns for others.
                foreach (var task in tasks)
                {
                    source.Learn(task, CancellationToken.None);
                    Assert.True(File.Exists(Path.Combine(context.StateFolder, task.FileName)), task.FileName);
                }
            },
        });
        var state = Path.Combine(fitted.StoreFolder, "state");
        var learnt = Directory.GetFiles(state, "*.safetensors", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(state, file).Replace('\\', '/')).Order().ToList();
        // Seeds that are no anchors are optimised with their images.
        if (method is SeedSelect)
            Assert.Subset(learnt.ToHashSet(), tasks.Select(task => task.FileName).ToHashSet());
        else
            Assert.Equal(learnt, tasks.Select(task => task.FileName).Order());

        var together = _fitting.Images(fitted);
        Directory.Delete(fitted.StoreFolder, recursive: true);
        Assert.Equal(together, _fitting.Images(_fitting.Fit(method)));
    }
}
