namespace MLNet.SynthAugment.Files;

/// <summary>
/// The names of the files and folders of stores and saved transformers, all of them in this one place (docs/store.md).
/// </summary>
/// <remarks>
/// <code>
/// ROOT/shots/                              the real images, named by their pixels' hash; one folder for all stores
/// ROOT/METHOD-HASH/manifest.db             a store
/// ROOT/METHOD-HASH/images/CLASS/000000.png
/// ROOT/METHOD-HASH/locks/                  claims of batches
/// ROOT/METHOD-HASH/state/                  what the method learnt
/// ROOT/METHOD-HASH/state/seeds/, paths/    of SeedSelect
/// ROOT/METHOD-HASH/state/checkpoints/      of trainings that are under way
/// ROOT/METHOD-HASH/state/validation/       sample images of trainings
/// ROOT/METHOD-HASH/state/locks/, unfinished/  of files that are being learnt
/// SAVED/transformer.json, store/, shots/   a saved transformer: it has one store and no root
/// OUT/store/                               the root in a folder of results
/// </code>
/// </remarks>
public static class StoreLayout
{
    /// <summary>The SQLite file of a store.</summary>
    internal const string ManifestFile = "manifest.db";

    /// <summary>The settings of a saved transformer.</summary>
    internal const string TransformerFile = "transformer.json";

    /// <summary>Seeds, below the state folder: <c>seeds/CLASS/FIRST.safetensors</c>.</summary>
    internal const string Seeds = "seeds";

    /// <summary>Norm-aware paths, below the state folder: <c>paths/CLASS.safetensors</c>.</summary>
    internal const string Paths = "paths";

    private const string Store = "store";
    private const string Shots = "shots";
    private const string Images = "images";
    private const string State = "state";
    private const string Locks = "locks";
    private const string Unfinished = "unfinished";
    private const string Checkpoints = "checkpoints";
    private const string Validation = "validation";

    /// <summary>
    /// The root of all stores in a folder of results, as of the commands <c>generate</c> and <c>compare</c>.
    /// </summary>
    /// <param name="folder">The folder of results.</param>
    public static string RootIn(string folder) => Path.Combine(folder, Store);

    /// <summary>The root of all stores of a user who names none.</summary>
    internal static string DefaultRoot() =>
        Path.Combine(Environment.GetFolderPath(
            Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.Create),
            "MLNet.SynthAugment");

    /// <summary>The shots of all stores of a root.</summary>
    internal static string ShotsIn(string root) => Path.Combine(root, Shots);

    /// <summary>The shots of a store, which lie beside it.</summary>
    internal static string ShotsBeside(string store) => ShotsIn(Path.GetDirectoryName(Path.GetFullPath(store))!);

    /// <summary>The store of a saved transformer.</summary>
    internal static string StoreInSaved(string folder) => Path.Combine(folder, Store);

    /// <summary>The shots of a saved transformer.</summary>
    internal static string ShotsInSaved(string folder) => ShotsIn(folder);

    /// <summary>The settings of a saved transformer.</summary>
    internal static string TransformerIn(string folder) => Path.Combine(folder, TransformerFile);

    /// <summary>The manifest of a store.</summary>
    internal static string ManifestOf(string store) => Path.Combine(store, ManifestFile);

    /// <summary>An image of a store.</summary>
    internal static string ImageOf(string store, string label, long index) =>
        Path.Combine(store, Images, FileNames.Unique(label), $"{index:D6}.png");

    /// <summary>Where a method keeps what it learnt.</summary>
    internal static string StateOf(string store) => Path.Combine(store, State);

    /// <summary>The store of a state folder.</summary>
    internal static string StoreOfState(string state) => Path.GetDirectoryName(state) ?? state;

    /// <summary>The claims of a store's batches.</summary>
    internal static string ClaimsOf(string store) => Path.Combine(store, Locks);

    /// <summary>The claim of a batch.</summary>
    internal static string ClaimOf(string store, string label, long batch) =>
        Path.Combine(ClaimsOf(store), $"{FileNames.Unique(label)}-{batch}.lock");

    /// <summary>The lock of a learnt file.</summary>
    internal static string LockOf(string state, string fileName) => Path.Combine(state, Locks, fileName + ".lock");

    /// <summary>A learnt file while it is being written.</summary>
    internal static string UnfinishedOf(string state, string fileName) => Path.Combine(state, Unfinished, fileName);

    /// <summary>Whether a path below a state folder is for this library's own use, and of none in a copy.</summary>
    internal static bool IsTemporary(string pathInState) =>
        pathInState.Split('/', '\\')[0] is Locks or Unfinished;

    /// <summary>The checkpoint of the training of a learnt file.</summary>
    internal static string CheckpointOf(string state, string name) => Path.Combine(state, Checkpoints, name);

    /// <summary>Sample images of the training of a learnt file.</summary>
    internal static string ValidationOf(string state, string name) => Path.Combine(state, Validation, name);
}
