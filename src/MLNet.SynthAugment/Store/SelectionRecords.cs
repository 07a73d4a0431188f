using System.Runtime.InteropServices;

namespace MLNet.SynthAugment.Store;

/// <summary>
/// The part of a manifest that selections keep: what a CLIP model saw in an image, and what was decided on it.
/// </summary>
internal sealed class SelectionRecords(Database database)
{
    /// <summary>The CLIP image features kept for an image, or null.</summary>
    public float[]? FindFeature(string clip, string image) => database.Query(
        "SELECT feature FROM clip_feature WHERE clip_sha256 = $clip AND image_sha256 = $image",
        row => MemoryMarshal.Cast<byte, float>(row.GetFieldValue<byte[]>(0)).ToArray(), ("$clip", clip),
            ("$image", image)).SingleOrDefault();

    public void AddFeature(string clip, string image, float[] feature) => database.Execute(
        "INSERT OR REPLACE INTO clip_feature (clip_sha256, image_sha256, feature) VALUES ($clip, $image, $feature)",
        ("$clip", clip), ("$image", image), ("$feature", MemoryMarshal.AsBytes(feature.AsSpan()).ToArray()));

    /// <summary>
    /// The number of a selection's settings; null if nothing was selected with them and the manifest cannot be written.
    /// </summary>
    public long? FindSelection(string settings, bool canAdd)
    {
        if (canAdd)
            database.Execute("INSERT OR IGNORE INTO selection (settings) VALUES ($settings)", ("$settings", settings));
        return database.Query("SELECT id FROM selection WHERE settings = $settings", row => (long?)row.GetInt64(0),
            ("$settings", settings)).SingleOrDefault();
    }

    /// <summary>Number and settings of each selection that was asked for, the latest first.</summary>
    public IReadOnlyList<(long Id, string Settings)> ReadSelections() =>
        database.Query("SELECT id, settings FROM selection ORDER BY id DESC",
            row => (row.GetInt64(0), row.GetString(1)));

    /// <summary>The decisions of a selection on the images of a class, by number and hash of the image.</summary>
    public IReadOnlyDictionary<(long Index, string Sha256), Decision> ReadDecisions(long selection, string label) =>
        database.Query(
        """
        SELECT number, image_sha256, reason, class_probability, most_probable_class, shot_similarity,
            nearest_shot_sha256, image_similarity, nearest_image, near_copy
        FROM decision WHERE selection = $selection AND label = $label
        """,
        row => (Key: (row.GetInt64(0), row.GetString(1)), Decision: new Decision
        {
            Reason = row.Text(2),
            ClassProbability = row.Real(3),
            MostProbableClass = row.Text(4),
            ShotSimilarity = row.Real(5),
            NearestShot = row.Text(6),
            ImageSimilarity = row.Real(7),
            NearestImage = row.Integer(8),
            IsNearCopy = row.GetBoolean(9),
        }), ("$selection", selection), ("$label", label)).ToDictionary(found => found.Key, found => found.Decision);

    public void AddDecision(long selection, StoredImage image, Decision decision) => database.Execute(
        """
        INSERT OR REPLACE INTO decision (selection, label, number, image_sha256, accepted, reason, class_probability,
            most_probable_class, shot_similarity, nearest_shot_sha256, image_similarity, nearest_image, near_copy)
        VALUES ($selection, $label, $number, $sha256, $accepted, $reason, $probability, $class, $shot_similarity,
            $shot, $image_similarity, $image, $copy)
        """,
        ("$selection", selection), ("$label", image.Label), ("$number", image.Index), ("$sha256", image.Sha256),
            ("$accepted", decision.IsAccepted), ("$reason", decision.Reason),
        ("$probability", decision.ClassProbability), ("$class", decision.MostProbableClass),
            ("$shot_similarity", decision.ShotSimilarity), ("$shot", decision.NearestShot),
        ("$image_similarity", decision.ImageSimilarity), ("$image", decision.NearestImage),
            ("$copy", decision.IsNearCopy));
}
