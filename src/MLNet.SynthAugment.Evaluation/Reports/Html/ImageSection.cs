using Microsoft.Data.Sqlite;
using MLNet.SynthAugment.Evaluation.Comparisons.Results;
using MLNet.SynthAugment.Store;
using SixLabors.ImageSharp.Processing;

namespace MLNet.SynthAugment.Evaluation.Reports.Html;

/// <summary>What the methods made: contact sheets, and the images that are nearest to a shot.</summary>
/// <param name="model">The results, and limits.</param>
internal sealed class ImageSection(ReportModel model)
{
    private readonly Pictures _pictures = new(model.Options.MaxPictureBytes);

    public Markup Render(CancellationToken cancellationToken)
    {
        var (report, options) = (model.Report, model.Options);
        if (!options.ShowImages || report.Syntheses.Count == 0)
            return Markup.Empty;
        // Of each method the images of one training set: as an example, not the best.
        var shots = report.Syntheses.Max(made => made.Shots);
        var seed = report.Syntheses.Where(made => made.Shots == shots).Min(made => made.Seed);
        var syntheses = report.Syntheses.Where(made => made.Shots == shots && made.Seed == seed)
            .GroupBy(made => made.Method).Select(ofMethod => ofMethod.MaxBy(made => made.Amount)!).ToList();
        using var clip = new ReportClip(report, options);
        var parts = syntheses.Select((made, number) =>
            Render(made, clip, options.MaxPictureBytes / syntheses.Count * (number + 1), cancellationToken)).ToList();
        return Markup.Of($"""
            <section id="images">
            <h2>What the methods made</h2>
            <p>Images of seed {seed} with {Numbers.Count(shots, "shot", "shots")} per class, as an example. Larger ones
            are scaled down to {Pictures.Side} pixels.</p>
            {Markup.Join(parts)}
            </section>
            """);
    }

    private Markup Render(SynthesisResult made, ReportClip clip, int share, CancellationToken cancellationToken)
    {
        model.Options.Log?.Invoke($"Report: images of {made.Method}.");
        try
        {
            var images = SynthesisImages.Read(made, model.Report.Settings, model.Options.Folder);
            var sheet = new SheetPart(images, _pictures, model.Options.MaxClasses);
            var nearest = NearestShotSection.Render(images, clip, _pictures, share, cancellationToken);
            return Markup.Of($"""
                <h3>{made.Method}</h3>
                {sheet.Render(share, cancellationToken)}
                {nearest}
                """);
        }
        // A comparison outlives its images: numbers are what a report is for.
        catch (Exception error)
            when (error is IOException or InvalidDataException or UnauthorizedAccessException or SqliteException
                or ArgumentException)
        {
            return Markup.Of($"""
                <h3>{made.Method}</h3>
                {Markup.Note($"There are no pictures of its images: {error.Message.TrimEnd('.')}.")}
                """);
        }
    }
}

/// <summary>Real, accepted and rejected images of a method, one class per row.</summary>
/// <param name="images">The images.</param>
/// <param name="pictures">Puts them into the page.</param>
/// <param name="maxClasses">At most this many classes; of more, evenly spaced ones.</param>
internal sealed class SheetPart(SynthesisImages images, Pictures pictures, int maxClasses)
{
    private const int MaxShots = 5;
    private const int MaxKept = 8;
    private const int MaxRejected = 3;

    public Markup Render(int share, CancellationToken cancellationToken)
    {
        var chosen = Spread(images.Classes, maxClasses);
        var rows = new List<Markup>();
        foreach (var found in chosen)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (pictures.TryAll(share, () => new Row(Render(found))) is not { } row)
                break;
            rows.Add(row.Content);
        }
        var reason = rows.Count < chosen.Count ? "as many as fit into the file" : "evenly spaced in their order";
        var left = rows.Count < images.Classes.Count
            ? $" {rows.Count} of {images.Classes.Count} classes are shown, {reason}; "
                + $"{images.Classes.Count - rows.Count} are left out."
            : "";
        return Markup.Of($"""
            <p>{Summarize()} A row has at most {MaxShots} shots, {MaxKept} images that were trained on and {MaxRejected}
            rejected ones.{left}</p>
            <div class="sheet{Markup.Text(images.HasSelection ? " selected" : "")}">
            {Markup.Join(rows)}
            </div>
            """);
    }

    private sealed record Row(Markup Content);

    private static List<ClassImages> Spread(IReadOnlyList<ClassImages> classes, int count) => classes.Count <= count
        ? [.. classes]
        : [.. Enumerable.Range(0, count).Select(i => classes[(int)((long)i * classes.Count / count)])];

    private string Summarize()
    {
        var kept = images.Classes.Sum(found => found.Kept.Count);
        if (!images.HasSelection)
            return $"{kept} images, all that were made: there was no selection, so none was rejected.";
        var (filled, rejected) =
            (images.Classes.Sum(found => found.FilledUp.Count), images.Classes.Sum(found => found.Rejected.Count));
        var all = images.Classes.SelectMany(found => found.Rejected.Concat(found.FilledUp)).ToList();
        var copies = all.Count(image => image.Decision!.IsNearCopy);
        return $"Of {kept + rejected} candidates {kept - filled} were accepted and {rejected + filled} rejected: "
            + $"{copies} as near copies of a shot or an image before, {all.Count - copies} as of another class."
            + (filled == 0 ? "" : $" As too few were accepted, {filled} of the rejected were trained on all the same, "
                + "with a dashed frame.");
    }

    private Markup Render(ClassImages found)
    {
        var shots = found.Shots.Take(MaxShots)
            .Select(hash => pictures.OfShot(images.ShotFolder, hash, $"shot of {found.Label}"));
        var rejected = images.HasSelection
            ? Markup.Of($"""<div class="rejected"><span>rejected</span>{Rejected(found)}</div>""") : Markup.Empty;
        return Markup.Of($"""
            <div class="row">
            <h4>{found.Label}</h4>
            <div class="real"><span>real</span>{Markup.Join(shots, "")}</div>
            <div class="kept"><span>synthetic</span>{Markup.Join(
                found.Kept.Take(MaxKept).Select(image => Kept(found, image)), "")}</div>
            {rejected}
            </div>
            """);
    }

    private Markup Kept(ClassImages found, StoredImage image)
    {
        var title = $"image {image.Index} of {found.Label}";
        if (!found.FilledUp.Contains(image))
            return pictures.OfSynthetic(image, images.Folder, title);
        title += $", rejected ({image.Decision!.Reason}) but trained on";
        return Markup.Of($"""<span class="filling">{pictures.OfSynthetic(image, images.Folder, title)}</span>""");
    }

    private Markup Rejected(ClassImages found)
    {
        if (found.Rejected.Count == 0)
            return Markup.Of($"<em>none</em>");
        return Markup.Join(found.Rejected.Take(MaxRejected).Select(image =>
        {
            var title = $"rejected image {image.Index} of {found.Label}";
            return Markup.Of($"""
                <figure>
                {pictures.OfSynthetic(image, images.Folder, title)}
                <figcaption>{image.Decision!.Reason}</figcaption>
                </figure>
                """);
        }), "");
    }
}

/// <summary>Puts images into the page, as long as they are not too much together.</summary>
/// <param name="limit">Bytes of all of them in the page.</param>
internal sealed class Pictures(int limit)
{
    /// <summary>Larger images are made smaller: sheets are to compare images by, not to look at one.</summary>
    public const int Side = 96;

    private int _used;

    /// <summary>A shot; empty where it is gone or there is no room.</summary>
    public Markup OfShot(ShotFolder folder, string hash, string title) => folder.FindFault(hash) is null
        ? Of(folder.Open(hash), title) : Missing(title);

    /// <summary>A synthetic image of a store; empty where there is no room.</summary>
    public Markup OfSynthetic(StoredImage stored, string storeFolder, string title) =>
        SynthesisStore.IsIntact(stored, storeFolder)
            && BoundedImageDecoder.Default.TryDecode(File.ReadAllBytes(stored.Path), out var image, out _)
                ? Of(image, title) : Missing(title);

    /// <summary>Pictures that belong together: all of them, or with too little room none.</summary>
    /// <returns>Null if there is too little room.</returns>
    public T? TryAll<T>(int share, Func<T> make)
        where T : class
    {
        var before = _used;
        var made = make();
        if (_used <= Math.Min(share, limit))
            return made;
        _used = before;
        return null;
    }

    private static Markup Missing(string title) => Markup.Of($"""<span class="gone" title="{title}">gone</span>""");

    private Markup Of(Image<Rgb24> image, string title)
    {
        using var _ = image;
        if (Math.Max(image.Width, image.Height) > Side)
            image.Mutate(context => context.Resize(
                new ResizeOptions { Size = new Size(Side, Side), Mode = ResizeMode.Max }));
        var data = Convert.ToBase64String(Png.Encode(image));
        _used += data.Length;
        return Markup.Of($"""<img src="data:image/png;base64,{Markup.Trusted(data)}" alt="{title}" title="{title}">""");
    }
}
