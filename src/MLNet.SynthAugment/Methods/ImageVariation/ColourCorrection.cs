using MLNet.SynthAugment.FewShot;
using static MLNet.SynthAugment.Diffusion.KeptScalars;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Methods;

/// <summary>
/// Sets colours right that an autoencoder loses: one of few latents keeps lightness and hardly more than one axis of
/// colour. What is drawn near a shot has the wrong colours of the shot's own reconstruction, and of that the right ones
/// are known: least squares find the affine map from its pixels to the shot's chroma, as a camera's colour correction
/// matrix is found from a chart. Lightness stays, but for what the range of RGB cuts off.
/// </summary>
internal sealed class ColourCorrection : IDisposable
{
    // Chroma, of −1 to 1, that also a grey image may have after compression.
    private const double GreyChroma = 4 / 127.5;

    // Towards leaving colours alone, where the shot tells nothing of them.
    private const double Ridge = 1e-4;

    // Y, Cb and Cr of red, green and blue, and back (JFIF, after ITU-R BT.601).
    private static readonly double[] s_toChroma =
        [0.299, 0.587, 0.114, -0.168736, -0.331264, 0.5, 0.5, -0.418688, -0.081312];
    private static readonly double[] s_fromChroma = [1, 0, 1.402, 1, -0.344136, -0.714136, 1, 1.772, 0];

    private readonly Tensor _map;
    private readonly Tensor _lowest;
    private readonly Tensor _highest;

    private ColourCorrection(Tensor map, Tensor lowest, Tensor highest) =>
        (_map, _lowest, _highest) = (map, lowest, highest);

    /// <summary>Finds the map of a shot.</summary>
    /// <param name="shot">float32 [1, 3, H, W], −1 to 1, on the CPU.</param>
    /// <param name="reconstruction">What the autoencoder makes of it, likewise.</param>
    /// <returns>Null for a shot without colours: there is nothing to set right.</returns>
    public static ColourCorrection? Find(Tensor shot, Tensor reconstruction)
    {
        using var scope = NewDisposeScope();
        var chroma = ChromaOf(Planes(shot)).narrow(0, 1, 2);
        if (chroma.abs().max().item<double>() <= GreyChroma)
            return null;
        var found = ChromaOf(Planes(reconstruction));
        var inputs = WithOnes(found);
        // The least squares of what is left to add to the chroma that is there.
        var normal = inputs.mm(inputs.t())
            .Plus(Kept(Ridge * inputs.shape[1]) * eye(inputs.shape[0], dtype: ScalarType.Float64));
        var added = linalg.solve(normal, inputs.mm((chroma - found.narrow(0, 1, 2)).t())).t();
        return new ColourCorrection(
            added.DetachFromDisposeScope(), chroma.amin([1], keepdim: true).DetachFromDisposeScope(),
            chroma.amax([1], keepdim: true).DetachFromDisposeScope());
    }

    /// <summary>Corrects an image.</summary>
    /// <param name="image">float32 [1, 3, H, W], −1 to 1, on the CPU.</param>
    /// <returns>A new one. Its chroma lies within that of the shot.</returns>
    public Tensor Apply(Tensor image)
    {
        using var scope = NewDisposeScope();
        var found = ChromaOf(Planes(image));
        var chroma = found.narrow(0, 1, 2).Plus(_map.mm(WithOnes(found))).maximum(_lowest).minimum(_highest);
        var colours = Matrix(s_fromChroma).mm(cat([found.narrow(0, 0, 1), chroma]));
        return colours.clamp(Kept(-1), Kept(1)).to(ScalarType.Float32).reshape(image.shape).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        _map.Dispose();
        _lowest.Dispose();
        _highest.Dispose();
    }

    private static Tensor Planes(Tensor image) => image.to(ScalarType.Float64).reshape(3, -1);

    private static Tensor ChromaOf(Tensor planes) => Matrix(s_toChroma).mm(planes);

    private static Tensor WithOnes(Tensor planes) => cat([planes, ones([1, planes.shape[1]], ScalarType.Float64)]);

    private static Tensor Matrix(double[] values) => tensor(values, [3, 3]);
}

/// <summary>The colour corrections of a class's shots, each found when it is first needed.</summary>
/// <param name="model">Its autoencoder is what is corrected.</param>
internal sealed class ShotColours(LatentDiffusionModel model) : IDisposable
{
    private readonly Dictionary<Shot, ColourCorrection?> _found = [];
    private string? _label;

    /// <summary>Corrects the colours of an image in its place.</summary>
    /// <param name="image">The image, of the model's size. It is disposed if another takes its place.</param>
    /// <param name="shotClass">Its class.</param>
    /// <param name="shot">The shot that it is drawn after.</param>
    /// <returns>The corrected image, or the same one where the shot has no colours.</returns>
    public Image<Rgb24> Correct(Image<Rgb24> image, ShotClass shotClass, Shot shot)
    {
        if (shotClass.Label != _label)
        {
            Clear();
            _label = shotClass.Label;
        }
        if (!_found.TryGetValue(shot, out var correction))
            _found[shot] = correction = Find(shot);
        if (correction is null)
            return image;
        using var scope = NewDisposeScope();
        using var old = image;
        return ImageTensors.ToImages(correction.Apply(ImageTensors.ToTensor([old])))[0];
    }

    /// <summary>Frees the corrections.</summary>
    public void Dispose() => Clear();

    private ColourCorrection? Find(Shot shot)
    {
        using var scope = NewDisposeScope();
        using var image = shot.OpenImage();
        var pixels = new VaeImageProcessor(model.Vae.ScaleFactor).ToTensor(
            [image], model.ImageSize, model.ImageSize, ImageFit.Crop, model.Device);
        return ColourCorrection.Find(
            pixels.cpu(), model.Vae.Decode(model.Vae.Encode(pixels).Mean).clamp(Kept(-1), Kept(1)).cpu());
    }

    private void Clear()
    {
        foreach (var correction in _found.Values)
            correction?.Dispose();
        _found.Clear();
    }
}
