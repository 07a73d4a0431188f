namespace FewShotAccuracy.Arms;

/// <summary>What a classifier is trained on. All arms share trainer, features, test images and shots.</summary>
public enum Arm
{
    RealOnly,
    Classic,
    Synthetic,
    ClassicAndSynthetic,
}

/// <summary>The arms in words.</summary>
public static class ArmNames
{
    public static string Of(Arm arm) => arm switch
    {
        Arm.RealOnly => "real only",
        Arm.Classic => "real + classic augmentation",
        Arm.Synthetic => "real + DataDream",
        Arm.ClassicAndSynthetic => "real + classic + DataDream",
        _ => throw new ArgumentOutOfRangeException(nameof(arm), arm, "There is no such arm."),
    };
}
