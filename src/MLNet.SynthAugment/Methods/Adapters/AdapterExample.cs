using MLNet.SynthAugment.FewShot;

namespace MLNet.SynthAugment.Methods.Adapters;

/// <summary>A shot that an adapter is trained on.</summary>
/// <param name="Shot">The shot.</param>
/// <param name="Prompts">Its descriptions, at least one; each training step draws one.</param>
/// <param name="Group">
/// For models that take images: the shot is conditioned on another one of its group, usually its class. Null drops the
/// condition.
/// </param>
internal sealed record AdapterExample(Shot Shot, IReadOnlyList<string> Prompts, string? Group);
