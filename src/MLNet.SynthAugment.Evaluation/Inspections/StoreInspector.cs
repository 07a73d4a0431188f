using MLNet.SynthAugment.Store;

namespace MLNet.SynthAugment.Evaluation.Inspections;

/// <summary>A synthesis store, or a folder of several.</summary>
internal static class StoreInspector
{
    private const int ClassesShown = 20;

    public static Inspection? Inspect(string path)
    {
        if (StoreContents.IsStore(path))
            return InspectOne(path);
        var stores = Directory.Exists(path)
            ? Directory.GetDirectories(path).Where(StoreContents.IsStore).Order(StringComparer.Ordinal).ToList() : [];
        if (stores.Count < 2)
            return stores.Count == 0 ? null : InspectOne(stores[0]);
        var found = stores.ConvertAll(InspectOne);
        return new Inspection($"{stores.Count} synthesis stores")
        {
            Facts = [.. stores.Zip(found)
                .SelectMany(pair => pair.Second.Facts.Select(
                    fact => ($"{Path.GetFileName(pair.First)}: {fact.Name}", fact.Value)))],
            Problems = [.. found.SelectMany(store => store.Problems)],
        };
    }

    private static Inspection InspectOne(string path)
    {
        try
        {
            var contents = StoreContents.Read(path);
            List<(string, string)> facts =
            [
                ("method", contents.Method),
                ("model", contents.ModelHash is null ? "none" : $"SHA-256 {contents.ModelHash}"),
                ("seed", $"{contents.Seed}, batches of {contents.BatchSize}"),
                ("images", $"{Sizes.OfCount(contents.Classes.Sum(ofClass => (long)ofClass.Images))} of "
                    + $"{contents.Classes.Count} classes"),
            ];
            facts.AddRange(contents.Classes.Take(ClassesShown)
                .Select(found => ($"class '{found.Label}'", $"{found.Images} images from {found.Shots} shots")));
            return new Inspection("Synthesis store")
            {
                Facts = facts,
                Problems = [.. contents.Damaged.Select(
                image => $"'{image}' is missing or altered; the next run makes it again.")]
            };
        }
        catch (Exception error) when (error is IOException or InvalidDataException)
        {
            return new Inspection("Synthesis store") { Problems = [error.Message] };
        }
    }
}
