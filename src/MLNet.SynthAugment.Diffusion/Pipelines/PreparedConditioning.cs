using MLNet.SynthAugment.Diffusion.UNets;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Pipelines;

/// <summary>
/// One or more parts of guidance as the UNet takes them, in one batch: text with its keys and values computed once for
/// all steps, conditions, and channels that follow the latents'.
/// </summary>
internal sealed class PreparedConditioning : IDisposable
{
    private readonly UNet2DConditionModel _unet;
    private readonly int _parts;
    private readonly TextContext _text;
    private readonly UNetConditions? _conditions;
    private readonly Tensor? _extraChannels;
    private readonly UNetApproximations _approximations;

    /// <summary>Prepares parts.</summary>
    /// <param name="unet">The UNet.</param>
    /// <param name="parts">One or more parts of B rows each; their tensors are copied.</param>
    /// <param name="approximations">Ways to compute less.</param>
    public PreparedConditioning(
        UNet2DConditionModel unet, IReadOnlyList<GuidancePart> parts, UNetApproximations approximations)
    {
        (_unet, _parts, _approximations) = (unet, parts.Count, approximations);
        using (var text = cat([.. parts.Select(part => part.Text)]))
            _text = unet.PrepareText(text);
        if (parts.Any(part => part.Conditions is not null))
            _conditions = new UNetConditions
            {
                ClassLabels = Join(parts, part => part.Conditions?.ClassLabels),
                AddedTextEmbeds = Join(parts, part => part.Conditions?.AddedTextEmbeds),
                AddedTimeIds = Join(parts, part => part.Conditions?.AddedTimeIds),
            };
        _extraChannels = Join(parts, part => part.ExtraChannels);
    }

    /// <summary>The UNet's predictions in float32, one a part, in their order.</summary>
    /// <param name="latents">[B, C, h, w], the same for all parts.</param>
    /// <param name="time">The timestep.</param>
    public Tensor[] Predict(Tensor latents, Tensor time)
    {
        using var scope = NewDisposeScope();
        var batch = cat([.. Enumerable.Repeat(latents, _parts)]);
        var input = _extraChannels is null ? batch : cat([batch, _extraChannels.to(latents.dtype)], 1);
        var predictions = _unet.forward(input, time, _text, _conditions, _approximations).to(ScalarType.Float32);
        return [.. predictions.chunk(_parts).Select(prediction => prediction.MoveToOuterDisposeScope())];
    }

    /// <summary>Frees what was prepared.</summary>
    public void Dispose()
    {
        _text.Dispose();
        _approximations.DeepFeatures?.Dispose();
        _extraChannels?.Dispose();
        _conditions?.ClassLabels?.Dispose();
        _conditions?.AddedTextEmbeds?.Dispose();
        _conditions?.AddedTimeIds?.Dispose();
    }

    private static Tensor? Join(IReadOnlyList<GuidancePart> parts, Func<GuidancePart, Tensor?> select)
    {
        var tensors = parts.Select(select).ToList();
        if (tensors.TrueForAll(tensor => tensor is null))
            return null;
        return tensors.TrueForAll(tensor => tensor is not null && tensor.shape.SequenceEqual(tensors[0]?.shape ?? []))
            ? cat([.. tensors.Select(tensor => tensor!)]).DetachFromDisposeScope()
            : throw new ArgumentException(
                "What the UNet takes beside the text differs in kind or shape between the parts of guidance.");
    }
}
