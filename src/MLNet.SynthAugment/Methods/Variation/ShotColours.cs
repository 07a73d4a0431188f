using MLNet.SynthAugment.Diffusion;
using MLNet.SynthAugment.Diffusion.Images;
using MLNet.SynthAugment.FewShot;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;
using static MLNet.SynthAugment.Diffusion.KeptScalars;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Methods;

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
