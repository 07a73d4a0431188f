using MLNet.SynthAugment.Diffusion.Pipelines;
using MLNet.SynthAugment.FewShot;

namespace MLNet.SynthAugment.Methods;

/// <summary>A shot as a model that takes images is shown it.</summary>
/// <param name="Shot">The shot.</param>
/// <param name="Condition">One row; it belongs to the <see cref="ShotConditions"/>.</param>
internal sealed record ShotCondition(Shot Shot, ImageCondition Condition);
