namespace MLNet.SynthAugment.Diffusion.Tests;

/// <summary>Progress that is told at once, on the caller's thread.</summary>
internal sealed class Callback<T>(Action<T> action) : IProgress<T>
{
    public void Report(T value) => action(value);
}
