using MLNet.SynthAugment.FewShot;
using MLNet.SynthAugment.Files;
using MLNet.SynthAugment.Logging;
using MLNet.SynthAugment.Models;

namespace MLNet.SynthAugment.Methods;

/// <summary>What a method has to work with.</summary>
public sealed class SynthesisContext
{
    private readonly LoadedModels _models;
    private readonly LearnedFiles _learned;

    internal SynthesisContext(
        IReadOnlyList<ShotClass> classes, long seed, string stateFolder, LoadedModels models, SynthesisLog log,
        CancellationToken cancellationToken)
    {
        Classes = classes;
        Seed = seed;
        StateFolder = stateFolder;
        (Log, Warn) = (log.Info, log.Warn);
        Cancellation = cancellationToken;
        _models = models;
        _learned = new LearnedFiles(stateFolder, log.Info, cancellationToken);
    }

    /// <summary>The classes with their shots, ordered by label.</summary>
    public IReadOnlyList<ShotClass> Classes { get; }

    /// <summary>The seed of the run, to derive all randomness from.</summary>
    public long Seed { get; }

    /// <summary>
    /// An existing folder that outlives the process, for what the method learnt (adapters, checkpoints): look there
    /// before learning again.
    /// </summary>
    public string StateFolder { get; }

    /// <summary>Writes a sentence to ML.NET's log.</summary>
    public Action<string> Log { get; }

    /// <summary>Writes a warning to ML.NET's log: something that the user may not have meant.</summary>
    public Action<string> Warn { get; }

    /// <summary>Stops the work.</summary>
    public CancellationToken Cancellation { get; }

    /// <summary>
    /// The diffusion model, loaded at the first read. It belongs to the run: do not dispose it, and leave its weights
    /// as they were.
    /// </summary>
    public LatentDiffusionModel Model => _models.Diffusion;

    /// <summary>
    /// The CLIP model, loaded at the first read. It belongs to the run: do not dispose it, and leave its weights as
    /// they were.
    /// </summary>
    /// <exception cref="InvalidOperationException">None was given, and the diffusion model brings none.</exception>
    public ClipEncoder Clip => _models.Clip;

    /// <summary>
    /// What the method learns for good (an adapter, seeds, a token): makes a file in <see cref="StateFolder"/> unless
    /// it is there. Of all threads and processes that work on one store, one makes it and the others wait. A file that
    /// could not be finished is not there.
    /// </summary>
    /// <param name="fileName">The file's name, which may have folders before it.</param>
    /// <param name="make">Writes the file to the path it is given, which has the file's extension.</param>
    /// <param name="isSound">Whether the file at the path can be used; if not it is made again. Null means that any
    /// file can.</param>
    /// <returns>The path of the file.</returns>
    /// <exception cref="ArgumentException">The name leads out of the folder.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled while it waited.</exception>
    public string LearnOnce(string fileName, Action<string> make, Func<string, bool>? isSound = null)
    {
        ArgumentNullException.ThrowIfNull(make);
        return _learned.Get(fileName, make, isSound ?? (_ => true));
    }
}
