using System.Globalization;
using MLNet.SynthAugment.Diffusion.Files;
using MLNet.SynthAugment.Diffusion.Weights;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Training;

/// <summary>
/// A training run frozen between two steps, in one safetensors file: weights, Adam's moments, step and settings. Random
/// numbers follow from seed and step, so nothing else is needed to go on bit by bit.
/// </summary>
/// <param name="file">Path of the file.</param>
/// <param name="settings">The run's settings; a checkpoint of other settings is refused.</param>
internal sealed class TrainingCheckpoint(string file, IReadOnlyDictionary<string, string> settings)
{
    private const string FileName = "training.safetensors";
    private const string StepKey = "step";
    private const string Values = "values";
    private const string FirstMoment = "first_moment";
    private const string SecondMoment = "second_moment";

    /// <summary>The checkpoint of a folder, which is made if it is not there.</summary>
    public static TrainingCheckpoint In(string folder, IReadOnlyDictionary<string, string> settings)
    {
        Directory.CreateDirectory(folder);
        var file = Path.Combine(folder, FileName);
        AtomicFile.DeleteUnfinished(file);
        return new TrainingCheckpoint(file, settings);
    }

    /// <summary>Writes the state after a number of steps; replaces the file at once or not at all.</summary>
    public void Save(int step, FlatParameters parameters, FlatAdamW adam) =>
        SafetensorsWriter.Write(file, State(parameters, adam), new Dictionary<string, string>(settings)
        {
            [StepKey] = step.ToString(CultureInfo.InvariantCulture),
        });

    /// <summary>Restores the state, if there is one.</summary>
    /// <returns>The number of steps done; 0 without a checkpoint.</returns>
    /// <exception cref="InvalidDataException">The checkpoint is of another run.</exception>
    /// <exception cref="SafetensorsException">The file is damaged.</exception>
    public int Restore(FlatParameters parameters, FlatAdamW adam)
    {
        if (!File.Exists(file)) return 0;
        using var scope = NewDisposeScope();
        using var gradientMode = no_grad();
        using var saved = SafetensorsFile.Open(file);
        var different = settings.FirstOrDefault(
            setting => saved.Metadata.GetValueOrDefault(setting.Key) != setting.Value).Key;
        if (different is not null)
            throw new InvalidDataException(
                $"{file}: this checkpoint is of another training run ({different} is "
                    + $"{saved.Metadata.GetValueOrDefault(different) ?? "missing"}, not {settings[different]}). "
                    + "Delete it or choose another folder.");
        if (!int.TryParse(saved.Metadata.GetValueOrDefault(StepKey), NumberStyles.None, CultureInfo.InvariantCulture,
            out var step))
            throw new InvalidDataException(
                $"{file}: this checkpoint does not say at which step it was made. Delete it.");
        foreach (var (name, tensor) in State(parameters, adam)) saved.CopyTo(name, tensor);
        return step;
    }

    private static KeyValuePair<string, Tensor>[] State(FlatParameters parameters, FlatAdamW adam) =>
    [
        KeyValuePair.Create(Values, parameters.Values),
        KeyValuePair.Create(FirstMoment, adam.FirstMoment),
        KeyValuePair.Create(SecondMoment, adam.SecondMoment),
    ];
}
