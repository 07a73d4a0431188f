using MLNet.SynthAugment.Diffusion;
using MLNet.SynthAugment.Diffusion.Images;
using MLNet.SynthAugment.Diffusion.Pipelines;
using MLNet.SynthAugment.Diffusion.Schedulers;
using MLNet.SynthAugment.FewShot;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace MLNet.SynthAugment.Methods.Translation;

/// <summary>
/// Makes images from noised shots (SDEdit, Meng et al. 2022), or repaints what a shot's mask does not keep. Adapters
/// merged into the model, or tokens added to it, take effect.
/// </summary>
internal sealed class ShotTranslator : IDisposable
{
    private readonly SynthesisContext _context;
    private readonly TranslationOptions _options;
    private readonly Scheduler _scheduler;
    private readonly ImageToImagePipeline? _imageToImage;
    private readonly InpaintPipeline? _inpaint;
    private readonly ShotConditions _conditions;

    public ShotTranslator(SynthesisContext context, TranslationOptions options)
    {
        _context = context;
        _options = options;
        _scheduler = SchedulerChoice.Create(context, options.Sampler);
        _conditions = new ShotConditions(context, options.ConditionOnShots);
        if (options.Masks == MaskMode.None)
            _imageToImage = new ImageToImagePipeline(context.Model, _scheduler, context.Log);
        else
            _inpaint = new InpaintPipeline(context.Model, _scheduler, context.Log);
    }

    /// <summary>The shots of a class that images can be made from: with a mask mode, those that have a mask.</summary>
    /// <exception cref="InvalidOperationException">No shot of the class has a mask.</exception>
    public IReadOnlyList<Shot> SourcesOf(ShotClass shotClass)
    {
        if (_options.Masks == MaskMode.None)
            return shotClass.Shots;
        var masked = shotClass.Shots.Where(shot => shot.MaskHash is not null).ToList();
        return masked.Count > 0
            ? masked
            : throw new InvalidOperationException(
                $"The mask mode {_options.Masks} needs shots with masks, but class '{shotClass.Label}' has none: "
                    + "set Options.MaskColumnName to them, or choose the mask mode None.");
    }

    /// <summary>Makes one image a translation, in their order; those of equal strength together.</summary>
    /// <param name="target">The class the images are for.</param>
    /// <param name="translations">The images to make.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <returns>Images, which the caller disposes, with all of their provenance.</returns>
    public IReadOnlyList<SyntheticImage> Translate(
        ShotClass target, IReadOnlyList<ShotTranslation> translations, CancellationToken cancellation)
    {
        var images = new SyntheticImage[translations.Count];
        try
        {
            foreach (var group in Enumerable.Range(0, translations.Count)
                .GroupBy(position => translations[position].Strength))
            {
                var positions = group.ToList();
                var made = Translate(target, [.. positions.Select(position => translations[position])], group.Key,
                    cancellation);
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

    private IEnumerable<SyntheticImage> Translate(
        ShotClass target, List<ShotTranslation> translations, double strength, CancellationToken cancellation)
    {
        var opened = new List<Image<Rgb24>>();
        try
        {
            var settings = Settings(strength);
            var images = _imageToImage is not null
                ? _imageToImage.Generate(
                    [.. translations.Select(RequestFor)], settings, cancellationToken: cancellation)
                : _inpaint!.Generate([.. translations.Select(MaskedRequestFor)], new InpaintOptions(settings),
                    cancellationToken: cancellation);
            return translations.Zip(images, (translation, image) => Describe(target, translation, image, settings));
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
            var painted = ObjectMask.PaintedPart(mask, _options.Masks, _options.MaskGrowth);
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
            return VaeImageProcessor.Resize(image, _context.Model.ImageSize, _context.Model.ImageSize, _options.Fit);
    }

    private ImageToImageOptions Settings(double strength) => new()
    {
        Steps = _options.Steps,
        GuidanceScale = _options.GuidanceScale,
        ImageGuidanceScale = _options.ImageGuidanceScale,
        NegativePrompt = _options.NegativePrompt,
        Strength = strength,
    };

    private SyntheticImage Describe(
        ShotClass target, ShotTranslation translation, Image<Rgb24> image, ImageToImageOptions settings) => new(image)
        {
            Prompt = translation.Prompt,
            Seed = _context.Seed,
            Source = translation.Shot,
            Steps = settings.Steps - settings.FirstStep,
            GuidanceScale = settings.GuidanceScale,
            Scheduler = _scheduler.GetType().Name,
            Details = DetailsJson.Write(new Details(
            translation.Strength,
            translation.SecondShot is { } second ? ShotDetails.Of(second) : null,
            translation.SecondShot is null ? null : translation.Mix,
            ConditionOf(target, translation)?.Shot is { } shown && shown != translation.Shot
                ? ShotDetails.Of(shown) : null,
            _options.Masks == MaskMode.None ? null : _options.Masks.ToString())),
        };

    /// <summary>What a store's row tells beside the common columns.</summary>
    private sealed record Details(
        double Strength, ShotDetails? SecondShot, double? Mix, ShotDetails? ConditionShot, string? Masks);
}
