namespace MLNet.SynthAugment.FewShot;

/// <summary>A class of the training data with its shots.</summary>
public sealed class ShotClass
{
    internal ShotClass(string label, string name, object labelValue, IReadOnlyList<Shot> shots)
    {
        Label = label;
        Name = name;
        LabelValue = labelValue;
        Shots = shots;
    }

    /// <summary>The label as text; unique among the classes. Randomness is derived from it.</summary>
    public string Label { get; }

    /// <summary>The words that name the class in a prompt: the label, or what <c>ClassNames</c> maps it to.</summary>
    public string Name { get; }

    /// <summary>The readable images of the class, ordered by <see cref="Shot.ImageHash"/>; at least one.</summary>
    public IReadOnlyList<Shot> Shots { get; }

    /// <summary>The label in the type of the label column, as synthetic rows carry it.</summary>
    internal object LabelValue { get; }

    /// <summary>The rows of the shots.</summary>
    internal IEnumerable<FewShotRow> Rows =>
        Shots.Select(shot => new FewShotRow(shot.Row, Label, shot.ImageHash)
        { LabelValue = LabelValue, Origin = shot.Origin });
}
