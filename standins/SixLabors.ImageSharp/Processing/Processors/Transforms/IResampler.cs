namespace SixLabors.ImageSharp.Processing.Processors.Transforms;

public interface IResampler
{
    /// <summary>Half the kernel's width in source pixels, when enlarging.</summary>
    float Radius { get; }

    /// <summary>The kernel at a distance of <paramref name="x"/> pixels.</summary>
    float GetValue(float x);
}
