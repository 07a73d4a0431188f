namespace MLNet.SynthAugment.Diffusion.Weights.Namings;

/// <summary>
/// How weight files name a model's parameters. This class is the naming of diffusers and transformers, which the
/// models here have; each derived class is another one. A new naming is a class and a line in the list.
/// </summary>
internal class WeightNaming
{
    private static readonly WeightNaming[] s_others =
        [new OldAttentionNaming(), new ClipTowerNaming(), new OpenClipNaming()];

    /// <summary>The naming of the files with these tensors.</summary>
    internal static WeightNaming Of(IReadOnlyCollection<string> names) =>
        Array.Find(s_others, naming => naming.Recognises(names)) ?? new WeightNaming();

    /// <summary>Whether files with these tensors are named so.</summary>
    internal virtual bool Recognises(IReadOnlyCollection<string> names) => true;

    /// <summary>Where a parameter is found in files with these tensors.</summary>
    internal virtual WeightSource SourceOf(string parameter, IReadOnlyCollection<string> names) => new(parameter);

    /// <summary>Whether a tensor is no weight of a model and may be passed over.</summary>
    internal virtual bool Ignores(string name) => false;
}

/// <summary>Where a parameter is found in a file.</summary>
/// <param name="Name">The tensor's name in the file.</param>
/// <param name="Third">Which third of its rows (0 query, 1 key, 2 value); null for all.</param>
/// <param name="IsTransposed">Whether it is the transposed matrix.</param>
internal readonly record struct WeightSource(string Name, int? Third = null, bool IsTransposed = false)
{
    private const int Thirds = 3;

    /// <summary>The shape of the tensor in the file, given the parameter's.</summary>
    internal long[] FileShape(long[] shape)
    {
        if (IsTransposed)
            return [.. shape.Reverse()];
        return Third is null ? shape : [Thirds * shape[0], .. shape[1..]];
    }

    /// <summary>Reads the parameter's values.</summary>
    internal void CopyTo(Tensor parameter, WeightFiles weights)
    {
        if (Third is null && !IsTransposed)
        {
            weights.CopyTo(Name, parameter);
            return;
        }
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var info = weights.Info(Name);
        var tensor = empty([.. info.Shape], dtype: info.Dtype);
        weights.CopyTo(Name, tensor);
        parameter.copy_(Part(tensor));
    }

    private Tensor Part(Tensor tensor)
    {
        if (Third is not { } third)
            return tensor.t();
        var rows = tensor.shape[0] / Thirds;
        return tensor.narrow(0, third * rows, rows);
    }
}
