namespace MLNet.SynthAugment.Trainers.ClipModels;

/// <summary>The shape of a low-rank change of CLIP.</summary>
/// <param name="Rank">Rows of A.</param>
/// <param name="Alpha">The change is scaled by this over the rank.</param>
/// <param name="AdaptTextEncoder">Whether the text tower is changed too.</param>
internal sealed record ClipLoraShape(int Rank, float Alpha, bool AdaptTextEncoder);
