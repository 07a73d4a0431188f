using MLNet.SynthAugment.Diffusion;
using MLNet.SynthAugment.FewShot;

namespace MLNet.SynthAugment.Methods;

/// <summary>What a method has to work with.</summary>
public sealed class SynthesisContext
{
    private readonly Func<LatentDiffusionModel> _model;

    internal SynthesisContext(IReadOnlyList<ShotClass> classes, long seed, string stateFolder, Func<LatentDiffusionModel> model, Action<string> log,
        CancellationToken cancellation)
    {
        Classes = classes;
        Seed = seed;
        StateFolder = stateFolder;
        Log = log;
        Cancellation = cancellation;
        _model = model;
    }

    /// <summary>The classes with their shots, ordered by label.</summary>
    public IReadOnlyList<ShotClass> Classes { get; }

    /// <summary>The seed of the run, to derive all randomness from.</summary>
    public long Seed { get; }

    /// <summary>An existing folder that outlives the process, for what the method learnt (adapters, checkpoints): look there before learning again.</summary>
    public string StateFolder { get; }

    /// <summary>Writes a sentence to ML.NET's log.</summary>
    public Action<string> Log { get; }

    /// <summary>Stops the work.</summary>
    public CancellationToken Cancellation { get; }

    /// <summary>The diffusion model, loaded at the first read. It belongs to the run: do not dispose it, and leave its weights as they were.</summary>
    public LatentDiffusionModel Model => _model();
}
