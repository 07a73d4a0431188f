namespace MLNet.SynthAugment.FewShot;

/// <summary>What one pass over the training view found.</summary>
/// <param name="Classes">The classes, ordered by label, so that the order of rows changes nothing.</param>
/// <param name="RowCount">The number of rows of the view.</param>
/// <param name="UnreadableRows">Rows whose image could not be read.</param>
internal sealed record FewShotSet(IReadOnlyList<ShotClass> Classes, long RowCount, IReadOnlySet<long> UnreadableRows)
{
    /// <summary>The rows that the expanded view keeps.</summary>
    public long ReadableRowCount => RowCount - UnreadableRows.Count;

    /// <summary>Whether the other set was read from rows with the same labels and images, in the same order.</summary>
    public bool HasSameRowsAs(FewShotSet other) => RowCount == other.RowCount && UnreadableRows.SetEquals(other.UnreadableRows) && Shots().SequenceEqual(other.Shots());

    private IEnumerable<(string Label, long Row, string Image)> Shots() => Classes.SelectMany(found => found.Shots.Select(shot => (found.Label, shot.Row, shot.ImageHash)));
}
