using System.Numerics;
using MLNet.SynthAugment.Diffusion;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace FewShotAccuracy.Augmentation;

/// <summary>
/// The usual way to more training images: a small turn, shear, change of size and shift (a crop that may lie partly outside),
/// and, only where asked for, a mirror image. Pixels from outside take the colour of the nearest edge pixel.
/// </summary>
public sealed class ClassicAugmentation(bool flip)
{
    private const float TurnDegrees = 10;
    private const float Shear = 0.1f;
    private const float ScaleChange = 0.12f;
    private const float Shift = 0.08f;

    /// <summary>An altered copy; equal chances give equal copies.</summary>
    public Image<Rgb24> Apply(Image<Rgb24> image, SeededRandom chance)
    {
        var toSource = DrawTransform(chance, image.Width, image.Height);
        var source = new Rgb24[image.Width * image.Height];
        image.CopyPixelDataTo(source);
        var altered = new Rgb24[source.Length];
        for (var i = 0; i < altered.Length; i++)
        {
            var pixel = new Vector2((i % image.Width) + 0.5f, (i / image.Width) + 0.5f);
            altered[i] = Interpolate(source, image.Width, image.Height, Vector2.Transform(pixel, toSource) - new Vector2(0.5f));
        }
        return Image.LoadPixelData<Rgb24>(altered, image.Width, image.Height);
    }

    private Matrix3x2 DrawTransform(SeededRandom chance, int width, int height)
    {
        var centre = new Vector2(width / 2f, height / 2f);
        var mirror = flip && chance.Chance(0.5) ? -1 : 1;
        return Matrix3x2.CreateTranslation(-centre)
            * Matrix3x2.CreateScale(mirror * Scale(chance), Scale(chance))
            * new Matrix3x2(1, 0, chance.Uniform(-Shear, Shear), 1, 0, 0)
            * Matrix3x2.CreateRotation(chance.Uniform(-TurnDegrees, TurnDegrees) * MathF.PI / 180)
            * Matrix3x2.CreateTranslation(centre + new Vector2(chance.Uniform(-Shift, Shift) * width, chance.Uniform(-Shift, Shift) * height));
    }

    private static float Scale(SeededRandom chance) => MathF.Exp(chance.Uniform(-ScaleChange, ScaleChange));

    private static Rgb24 Interpolate(Rgb24[] pixels, int width, int height, Vector2 position)
    {
        var x = Math.Clamp(position.X, 0, width - 1);
        var y = Math.Clamp(position.Y, 0, height - 1);
        var (left, top) = ((int)x, (int)y);
        var (right, bottom) = (Math.Min(left + 1, width - 1), Math.Min(top + 1, height - 1));
        var upper = Vector3.Lerp(At(left, top), At(right, top), x - left);
        var lower = Vector3.Lerp(At(left, bottom), At(right, bottom), x - left);
        var mixed = Vector3.Lerp(upper, lower, y - top) + new Vector3(0.5f);
        return new Rgb24((byte)mixed.X, (byte)mixed.Y, (byte)mixed.Z);

        Vector3 At(int column, int row)
        {
            var pixel = pixels[(row * width) + column];
            return new Vector3(pixel.R, pixel.G, pixel.B);
        }
    }
}
