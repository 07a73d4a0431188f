using MLNet.SynthAugment.Diffusion.Weights;

namespace MLNet.SynthAugment.Diffusion.Lora.Formats;

/// <summary>Writes a LoRA file of any format.</summary>
internal static class LoraWriter
{
    /// <summary>Writes an adapter; the file is replaced at once or not at all.</summary>
    /// <param name="adapter">The adapter.</param>
    /// <param name="file">The file.</param>
    /// <param name="format">How its tensors are named.</param>
    /// <param name="dtype">Type of the matrices.</param>
    /// <param name="warn">
    /// Gets a sentence if the type cannot hold all values as well as it holds others; null for nobody.
    /// </param>
    /// <exception cref="InvalidOperationException">
    /// The format has no name for one of the layers, or the type none for its values.
    /// </exception>
    public static void Write(
        LoraAdapter adapter, string file, LoraFormat format, ScalarType dtype, Action<string>? warn)
    {
        using var scope = NewDisposeScope();
        var names = format.Writing(adapter);
        var layers = adapter.Layers
            .ToDictionary(layer => layer.Key, layer => Round(layer.Key, layer.Value, names, dtype));
        var shifts = layers.Where(layer => layer.Value.Shift != 0)
            .ToDictionary(layer => layer.Key, layer => layer.Value.Shift);
        var metadata = names.MetadataOf(adapter);
        FoldedAlphas.NoteShifts(shifts, metadata);
        // transformers and diffusers refuse safetensors files that do not say who laid them out.
        metadata["format"] = "pt";
        var tensors = adapter.Layers.SelectMany(
            layer => Tensors(names, layer.Key, layer.Value.Alpha, layers[layer.Key]));
        SafetensorsWriter.Write(file, tensors, metadata);
        if (warn is not null)
            WarnOfLoss(file, [.. layers.Values.Select(layer => layer.Loss)], names, dtype, warn);
    }

    private static RoundedMatrices Round(string path, LoraMatrices matrices, LoraFormat names, ScalarType dtype)
    {
        var scaledB = names.KeepsAlpha || matrices.Scale == 1 ? matrices.B : matrices.B * Kept(matrices.Scale);
        var rounded = RoundedMatrices.Of(matrices.A, scaledB, dtype);
        return rounded.Loss.Infinite == 0
            ? rounded
            : throw new InvalidOperationException($"{path}: {rounded.Loss.Infinite} values are too large for "
                + $"{dtype}, whatever power of two is moved between A and B: choose BFloat16 or Float32.");
    }

    private static void WarnOfLoss(
        string file, List<RoundingLoss> losses, LoraFormat names, ScalarType dtype, Action<string> warn)
    {
        var all = losses.Aggregate((a, b) => a + b);
        if (all.IsNone)
            return;
        var layers = losses.Count(loss => !loss.IsNone);
        var remedy = names.KeepsAlpha ? "" : ", or kohya's names, which keep alpha apart";
        warn(string.Create(CultureInfo.InvariantCulture,
            $"{file}: {all.Coarse} of {all.Values} values, in {layers} of {losses.Count} layers, are too small for "
                + $"{dtype} and lose digits; {all.Zeros} of them became 0. The largest error relative to a value is "
                + $"{all.LargestError:G3}. Float32 keeps them{remedy}."));
    }

    private static IEnumerable<KeyValuePair<string, Tensor>> Tensors(
        LoraFormat names, string path, float alpha, RoundedMatrices matrices)
    {
        yield return KeyValuePair.Create(names.NameOf(path, LoraPart.Down), matrices.A);
        yield return KeyValuePair.Create(names.NameOf(path, LoraPart.Up), matrices.B);
        if (names.KeepsAlpha)
            yield return KeyValuePair.Create(names.NameOf(path, LoraPart.Alpha), tensor(alpha));
    }
}
