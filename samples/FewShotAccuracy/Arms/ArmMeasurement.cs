namespace FewShotAccuracy.Arms;

/// <summary>The accuracy of one arm with one seed.</summary>
/// <param name="Arm">What was trained on.</param>
/// <param name="Seed">The seed.</param>
/// <param name="Accuracy">Share of the test images that got their own class, 0 to 1.</param>
/// <param name="Time">For making images, training and measuring.</param>
public sealed record ArmMeasurement(Arm Arm, int Seed, double Accuracy, TimeSpan Time);
