using MLNet.SynthAugment.FewShot;

namespace MLNet.SynthAugment.Methods.Translation;

/// <summary>
/// Makes images from noised shots (SDEdit, Meng et al. 2022), or repaints what a shot's mask does not keep. Adapters
/// merged into the model, or tokens added to it, take effect.
/// </summary>
internal sealed class ShotTranslator : IDisposable
{
    private readonly SynthesisContext _context;
    private readonly ShotStart _start;
    private readonly SamplingSettings _sampling;
    private readonly Scheduler _scheduler;
    private readonly ImageToImagePipeline? _imageToImage;
    private readonly InpaintPipeline? _inpaint;
    private readonly ShotConditions _conditions;

    /// <param name="context">The run.</param>
    /// <param name="start">How images start from shots.</param>
    /// <param name="sampling">How they are sampled.</param>
    /// <param name="conditionOnShots">
    /// Whether a model that takes images is shown the shot that an image starts from, or one of its class where that is
    /// of another.
    /// </param>
    public ShotTranslator(
        SynthesisContext context, ShotStart start, SamplingSettings sampling, bool conditionOnShots)
    {
        _context = context;
        _start = start;
        _sampling = sampling;
        _scheduler = sampling.CreateScheduler(context);
        _conditions = new ShotConditions(context, conditionOnShots);
        if (start.Masks == MaskMode.None)
            _imageToImage = new ImageToImagePipeline(context.Model, _scheduler, context.Log);
        else
            _inpaint = new InpaintPipeline(context.Model, _scheduler, context.Log);
    }

    /// <summary>The shots of a class that images can be made from: with a mask mode, those that have a mask.</summary>
    /// <exception cref="InvalidOperationException">No shot of the class has a mask.</exception>
    public IReadOnlyList<Shot> SourcesOf(ShotClass shotClass)
    {
        if (_start.Masks == MaskMode.None)
            return shotClass.Shots;
        var masked = shotClass.Shots.Where(shot => shot.MaskHash is not null).ToList();
        return masked.Count > 0
            ? masked
            : throw new InvalidOperationException(
                $"The mask mode {_start.Masks} needs shots with masks, but class '{shotClass.Label}' has none: "
                    + "set Options.MaskColumnName to them, or choose the mask mode None.");
    }

    /// <summary>Makes one image for each translation, in their order; those of equal strength together.</summary>
    /// <param name="target">The class the images are for.</param>
    /// <param name="translations">The images to make.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>Images, which the caller disposes, with all of their provenance.</returns>
    public IReadOnlyList<SyntheticImage> Translate(
        ShotClass target, IReadOnlyList<ShotTranslation> translations, CancellationToken cancellationToken)
    {
        var images = new SyntheticImage[translations.Count];
        try
        {
            foreach (var group in Enumerable.Range(0, translations.Count)
                .GroupBy(position => translations[position].Strength))
            {
                var positions = group.ToList();
                var made = Translate(target, [.. positions.Select(position => translations[position])], group.Key,
                    cancellationToken);
                foreach (var (position, image) in positions.Zip(made))
                    images[position] = image;
            }
            return images;
        }
        catch
        {
            foreach (var image in images)
                image?.Dispose();
            throw;
        }
    }

    public void Dispose() => _conditions.Dispose();

    private List<SyntheticImage> Translate(
        ShotClass target, List<ShotTranslation> translations, double strength, CancellationToken cancellationToken)
    {
        var opened = new List<Image<Rgb24>>();
        try
        {
            var settings = _sampling.ToOptions(strength);
            var images = _imageToImage is not null
                ? _imageToImage.Generate(
                    [.. translations.Select(RequestFor)], settings, cancellationToken: cancellationToken)
                : _inpaint!.Generate([.. translations.Select(MaskedRequestFor)], new InpaintOptions(settings),
                    cancellationToken: cancellationToken);
            return [.. translations.Zip(
                images, (translation, image) => Describe(target, translation, image, settings))];
        }
        finally
        {
            opened.ForEach(image => image.Dispose());
        }

        ImageToImageRequest RequestFor(ShotTranslation translation) =>
            new(translation.Prompt, Open(translation.Shot.OpenImage()), KeyOf(translation))
            {
                SecondImage = translation.SecondShot is { } second ? Open(second.OpenImage()) : null,
                Mix = translation.Mix,
                ImageCondition = ConditionOf(target, translation)?.Condition,
            };

        InpaintRequest MaskedRequestFor(ShotTranslation translation)
        {
            using var mask = Fit(translation.Shot.OpenMask()!);
            var painted = ObjectMask.PaintedPart(mask, _start.Masks, _start.MaskGrowth);
            opened.Add(painted);
            return new InpaintRequest(
                translation.Prompt, Open(translation.Shot.OpenImage()), painted, KeyOf(translation))
            {
                ImageCondition = ConditionOf(target, translation)?.Condition,
            };
        }

        NoiseKey KeyOf(ShotTranslation translation) => new(_context.Seed, target.Label, translation.Index);

        Image<Rgb24> Open(Image<Rgb24> shot)
        {
            opened.Add(Fit(shot));
            return opened[^1];
        }
    }

    // The shot that the image starts from anyway, so that it leans on no other; where that is of another class, one of
    // the image's own.
    private ShotCondition? ConditionOf(ShotClass target, ShotTranslation translation) =>
        _conditions.Draw(target, translation.Index, target.Shots.Contains(translation.Shot)
            ? [translation.Shot] : null);

    private Image<Rgb24> Fit(Image<Rgb24> image)
    {
        using (image)
            return VaeImageProcessor.Resize(image, _context.Model.ImageSize, _context.Model.ImageSize, _start.Fit);
    }

    private SyntheticImage Describe(
        ShotClass target, ShotTranslation translation, Image<Rgb24> image, ImageToImageOptions settings) =>
        SyntheticImage.From(image, translation.Prompt, _context.Seed, settings, _scheduler) with
        {
            Source = translation.Shot,
            Details = DetailsJson.Write(new Details(
                translation.Strength,
                translation.SecondShot is { } second ? ShotDetails.Of(second) : null,
                translation.SecondShot is null ? null : translation.Mix,
                ConditionOf(target, translation)?.Shot is { } shown && shown != translation.Shot
                    ? ShotDetails.Of(shown) : null,
                _start.Masks == MaskMode.None ? null : _start.Masks.ToString())),
        };

    /// <summary>What a store's row tells beside the common columns.</summary>
    private sealed record Details(
        double Strength, ShotDetails? SecondShot, double? Mix, ShotDetails? ConditionShot, string? Masks);
}

/// <summary>One image to make from a noised shot.</summary>
/// <param name="Index">The image's number within its class.</param>
/// <param name="Prompt">What it shall show.</param>
/// <param name="Shot">The shot it starts from; of its class or another one.</param>
/// <param name="Strength">How far the shot goes back to noise, above 0 to 1.</param>
internal sealed record ShotTranslation(long Index, string Prompt, Shot Shot, double Strength)
{
    /// <summary>A second shot whose latents are mixed in; null for none.</summary>
    public Shot? SecondShot { get; init; }

    /// <summary>The second shot's share, 0 to 1.</summary>
    public double Mix { get; init; }
}

/// <summary>From the mask of an object to that of what is painted.</summary>
internal static class ObjectMask
{
    private static readonly Rgb24 s_white = new(255, 255, 255);

    /// <summary>White where to paint.</summary>
    /// <param name="mask">White where the object is; grey is rounded.</param>
    /// <param name="mode">What is kept; not <see cref="MaskMode.None"/>.</param>
    /// <param name="growth">By how many pixels the object grows to all sides, corners included (DA-Fusion: 16 at 512
    /// pixels).</param>
    /// <returns>A new image of the mask's size.</returns>
    public static Image<Rgb24> PaintedPart(Image<Rgb24> mask, MaskMode mode, int growth)
    {
        var pixels = new Rgb24[mask.Width * mask.Height];
        mask.CopyPixelDataTo(pixels);
        var isObject = Array.ConvertAll(pixels, pixel => pixel.R + pixel.G + pixel.B >= 3 * 128);
        GrowLines(isObject, mask.Height, mask.Width, mask.Width, 1, growth);
        GrowLines(isObject, mask.Width, 1, mask.Height, mask.Width, growth);
        var painted = Array.ConvertAll(
            isObject, inObject => inObject == (mode == MaskMode.KeepBackground) ? s_white : default);
        return Image.LoadPixelData<Rgb24>(painted.AsSpan(), mask.Width, mask.Height);
    }

    /// <summary>
    /// Grows what is set along lines: rows, whose pixels are 1 apart, or columns, whose pixels are a row apart.
    /// </summary>
    private static void GrowLines(bool[] map, int lines, int lineStride, int length, int stride, int growth)
    {
        var grown = new bool[length];
        for (var line = 0; line < lines; line++)
        {
            Array.Clear(grown);
            for (var i = 0; i < length; i++)
            {
                if (map[line * lineStride + i * stride])
                    Array.Fill(grown, true, Math.Max(i - growth, 0),
                        Math.Min(i + growth + 1, length) - Math.Max(i - growth, 0));
            }
            for (var i = 0; i < length; i++)
                map[line * lineStride + i * stride] = grown[i];
        }
    }
}
