using System.Globalization;
using System.Text.Json;

namespace MLNet.SynthAugment.Diffusion.Lora.Formats;

/// <summary>The texts that kohya's scripts write into a file and other programs show.</summary>
internal static class KohyaMetadata
{
    private const string Module = "ss_network_module";
    private const string Dynamic = "Dynamic";

    private static readonly Dictionary<string, string> s_trainingSettings = new()
    {
        ["learning_rate"] = "ss_learning_rate",
        ["steps"] = "ss_max_train_steps",
        ["warmup_steps"] = "ss_lr_warmup_steps",
        ["batch_size"] = "ss_total_batch_size",
        ["max_gradient_norm"] = "ss_max_grad_norm",
        ["seed"] = "ss_seed",
    };

    /// <summary>The adapter's own metadata, with kohya's added unless they are there already.</summary>
    public static Dictionary<string, string> Of(LoraAdapter adapter)
    {
        var metadata = new Dictionary<string, string>(adapter.Metadata);
        if (metadata.ContainsKey(Module)) return metadata;
        metadata[Module] = "networks.lora";
        var groups = adapter.Layers.Values.ToLookup(matrices => matrices.A.shape is [_, _, > 1, _]);
        metadata["ss_network_dim"] = Common(groups[false], matrices => matrices.Rank);
        metadata["ss_network_alpha"] = Common(groups[false], matrices => matrices.Alpha);
        if (groups[true].Any())
        {
            metadata["ss_network_args"] = JsonSerializer.Serialize(new Dictionary<string, string>
            {
                ["conv_dim"] = Common(groups[true], matrices => matrices.Rank),
                ["conv_alpha"] = Common(groups[true], matrices => matrices.Alpha),
            });
        }
        foreach (var (ours, theirs) in s_trainingSettings)
        {
            if (metadata.TryGetValue(ours, out var value)) metadata[theirs] = value;
        }
        return metadata;
    }

    private static string Common<T>(
        IEnumerable<LoraMatrices> layers, Func<LoraMatrices, T> value) where T : IFormattable =>
        layers.Select(value).Distinct().ToList() is [var only]
            ? only.ToString(null, CultureInfo.InvariantCulture) : Dynamic;
}
