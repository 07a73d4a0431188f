using MLNet.SynthAugment.Diffusion.Weights;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Lora.Formats;

/// <summary>Writes a LoRA file of any format.</summary>
internal static class LoraWriter
{
    /// <summary>Writes an adapter; the file is replaced at once or not at all.</summary>
    /// <exception cref="InvalidOperationException">The format has no name for one of the layers.</exception>
    public static void Write(LoraAdapter adapter, string file, LoraFormat format, ScalarType dtype)
    {
        using var scope = NewDisposeScope();
        var names = LoraFormats.Writer(format, adapter);
        var metadata = names.KeepsAlpha ? KohyaMetadata.Of(adapter) : FoldedAlphas.Note(adapter, adapter.Metadata);
        // transformers and diffusers refuse safetensors files that do not say who laid them out.
        metadata["format"] = "pt";
        SafetensorsWriter.Write(file, adapter.Layers.SelectMany(layer => Tensors(names, layer.Key, layer.Value, dtype)), metadata);
    }

    private static IEnumerable<KeyValuePair<string, Tensor>> Tensors(ILoraFormat names, string path, LoraMatrices matrices, ScalarType dtype)
    {
        yield return KeyValuePair.Create(names.NameOf(path, LoraPart.Down), matrices.A.to(dtype));
        var scaledB = names.KeepsAlpha || matrices.Scale == 1 ? matrices.B : matrices.B * matrices.Scale;
        yield return KeyValuePair.Create(names.NameOf(path, LoraPart.Up), scaledB.to(dtype));
        if (names.KeepsAlpha) yield return KeyValuePair.Create(names.NameOf(path, LoraPart.Alpha), tensor(matrices.Alpha));
    }
}
