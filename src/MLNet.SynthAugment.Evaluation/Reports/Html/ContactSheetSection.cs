using MLNet.SynthAugment.Store;

namespace MLNet.SynthAugment.Evaluation.Reports.Html;

/// <summary>Real, accepted and rejected images of a method, a class a row.</summary>
internal static class ContactSheetSection
{
    private const int MaxShots = 5;
    private const int MaxKept = 8;
    private const int MaxRejected = 3;

    public static Markup Render(
        SynthesisImages images, Pictures pictures, int maxClasses, int share, CancellationToken cancellation)
    {
        var chosen = Spread(images.Classes, maxClasses);
        var rows = new List<Markup>();
        foreach (var found in chosen)
        {
            cancellation.ThrowIfCancellationRequested();
            if (pictures.TryAll(share, () => new Row(Render(images, found, pictures))) is not { } row)
                break;
            rows.Add(row.Content);
        }
        var left = rows.Count < images.Classes.Count
            ? $" {rows.Count} of {images.Classes.Count} classes are shown, {(rows.Count < chosen.Count ? "as many as fit into the file" : "evenly spaced in their order")}; {images.Classes.Count - rows.Count} are left out."
            : "";
        return Markup.Of($"""
            <p>{Summarize(images)} A row has at most {MaxShots} shots, {MaxKept} images that were trained on and {MaxRejected} rejected ones.{left}</p>
            <div class="sheet{Markup.Text(images.HasSelection ? " selected" : "")}">{Markup.Join(rows)}</div>
            """);
    }

    private sealed record Row(Markup Content);

    private static List<ClassImages> Spread(IReadOnlyList<ClassImages> classes, int count) => classes.Count <= count
        ? [.. classes]
        : [.. Enumerable.Range(0, count).Select(i => classes[(int)((long)i * classes.Count / count)])];

    private static string Summarize(SynthesisImages images)
    {
        var kept = images.Classes.Sum(found => found.Kept.Count);
        if (!images.HasSelection)
            return $"{kept} images, all that were made: there was no selection, so none was rejected.";
        var (filled, rejected) =
            (images.Classes.Sum(found => found.FilledUp.Count), images.Classes.Sum(found => found.Rejected.Count));
        var all = images.Classes.SelectMany(found => found.Rejected.Concat(found.FilledUp)).ToList();
        var copies = all.Count(image => image.Decision!.IsNearCopy);
        return $"Of {kept + rejected} candidates {kept - filled} were accepted and {rejected + filled} rejected: {copies} as near copies of a shot or an image before, {all.Count - copies} as of another class."
            + (filled == 0 ? "" : $" As too few were accepted, {filled} of the rejected were trained on all the same, with a dashed frame.");
    }

    private static Markup Render(SynthesisImages images, ClassImages found, Pictures pictures) => Markup.Of($"""
        <div class="row"><h4>{found.Label}</h4>
        <div class="real"><span>real</span>{Markup.Join(found.Shots.Take(MaxShots).Select(hash => pictures.OfShot(images.ShotFolder, hash, $"shot of {found.Label}")), "")}</div>
        <div class="kept"><span>synthetic</span>{Markup.Join(found.Kept.Take(MaxKept).Select(image => Kept(images, found, image, pictures)), "")}</div>
        {(images.HasSelection ? Markup.Of($"<div class=\"rejected\"><span>rejected</span>{Rejected(images, found, pictures)}</div>") : Markup.Empty)}
        </div>
        """);

    private static Markup Kept(SynthesisImages images, ClassImages found, StoredImage image, Pictures pictures)
    {
        var isFilling = found.FilledUp.Contains(image);
        var picture = pictures.OfSynthetic(
            image, images.Folder, $"image {image.Index} of {found.Label}{(isFilling ? $", rejected ({image.Decision!.Reason}) but trained on" : "")}");
        return isFilling ? Markup.Of($"<span class=\"filling\">{picture}</span>") : picture;
    }

    private static Markup Rejected(SynthesisImages images, ClassImages found, Pictures pictures) =>
        found.Rejected.Count == 0
        ? Markup.Of($"<em>none</em>")
        : Markup.Join(found.Rejected.Take(MaxRejected).Select(image =>
            Markup.Of($"<figure>{pictures.OfSynthetic(image, images.Folder, $"rejected image {image.Index} of {found.Label}")}<figcaption>{image.Decision!.Reason}</figcaption></figure>")), "");
}
