namespace MLNet.SynthAugment.Diffusion.Weights;

/// <summary>A safetensors file that cannot be used; the message names the file and the field at fault.</summary>
public sealed class SafetensorsException : IOException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="path">The file.</param>
    /// <param name="problem">What is wrong in it, as a sentence.</param>
    /// <param name="innerException">The cause, if another exception showed it.</param>
    public SafetensorsException(string path, string problem, Exception? innerException = null)
        : base($"{path}: {problem}", innerException) => Path = path;

    /// <summary>The file.</summary>
    public string Path { get; }
}
