namespace MLNet.SynthAugment.Diffusion.Weights;

/// <summary>
/// A model folder that cannot be used; the message names the file at fault and says what is expected.
/// </summary>
public sealed class ModelFolderException : IOException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">What is wrong, where, and what to do.</param>
    /// <param name="innerException">The cause, if another exception showed it.</param>
    public ModelFolderException(string message, Exception? innerException = null) : base(message, innerException)
    {
    }
}
