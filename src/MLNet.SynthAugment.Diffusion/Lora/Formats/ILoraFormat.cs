namespace MLNet.SynthAugment.Diffusion.Lora.Formats;

/// <summary>What a tensor of a LoRA file is to its layer.</summary>
internal enum LoraPart
{
    /// <summary>A: [rank, in], or [rank, in, k, k].</summary>
    Down,

    /// <summary>B: [out, rank], or [out, rank, 1, 1].</summary>
    Up,

    /// <summary>
    /// The k×k kernel [rank, rank, k, k] between 1×1 convolutions A and B (LyCORIS' LoCon in Tucker form).
    /// </summary>
    Mid,

    /// <summary>The scale's numerator, one number.</summary>
    Alpha,
}

/// <summary>A tensor's name, taken apart.</summary>
/// <param name="Layer">The layer, in the format's own words.</param>
/// <param name="Part">What the tensor is to the layer.</param>
internal readonly record struct LoraTensorName(string Layer, LoraPart Part);

/// <summary>One way of naming the tensors of a LoRA file.</summary>
internal interface ILoraFormat
{
    /// <summary>Which one it is.</summary>
    LoraFormat Format { get; }

    /// <summary>A name as an example for messages.</summary>
    string Example { get; }

    /// <summary>Whether alpha has a place in the file; if not, readers take alpha = rank.</summary>
    bool KeepsAlpha { get; }

    /// <summary>Whether layers can be told only by the names of the model's modules.</summary>
    bool NeedsModel { get; }

    /// <summary>Takes a tensor's name apart; null if it is not of this format.</summary>
    LoraTensorName? Parse(string name);

    /// <summary>The module path (<c>unet.…</c>) of a layer that <see cref="Parse"/> gave.</summary>
    /// <param name="layer">The layer in the format's words.</param>
    /// <param name="model">The model's modules, or null where they are not known.</param>
    /// <returns>The path, or null if the model has no such module.</returns>
    string? PathOf(string layer, ModuleNames? model);

    /// <summary>The name of a tensor of the module at a path.</summary>
    /// <exception cref="InvalidOperationException">The format has no name for it.</exception>
    string NameOf(string path, LoraPart part);
}
