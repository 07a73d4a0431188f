using MLNet.SynthAugment.Diffusion.Layers;

namespace MLNet.SynthAugment.Diffusion.Autoencoders;

/// <summary>
/// One half of a tiny autoencoder: layers in a row, of which those with weights are named <c>layers.N</c> by their
/// place.
/// </summary>
internal sealed class AutoencoderTinyLayers : nn.Module<Tensor, Tensor>
{
    private readonly List<Func<Tensor, Tensor>> layers = [];

    private AutoencoderTinyLayers(string name) : base(name)
    {
    }

    internal static AutoencoderTinyLayers Encoder(AutoencoderTinyConfig config, TensorPlacement placement)
    {
        var channels = config.EncoderBlockOutChannels[0];
        var (half, named) = (new AutoencoderTinyLayers("Encoder"), new List<(string, nn.Module)>());
        for (var level = 0; level < config.NumEncoderBlocks.Count; level++)
        {
            half.Add(named, level == 0
                ? new LoraCompatibleConv2d(config.InChannels, channels, 3, placement, padding: 1)
                : new LoraCompatibleConv2d(channels, channels, 3, placement, stride: 2, padding: 1, hasBias: false));
            half.AddBlocks(named, config.NumEncoderBlocks[level], channels, config.ActFn, placement);
        }
        half.Add(named, new LoraCompatibleConv2d(channels, config.LatentChannels, 3, placement, padding: 1));
        return half.Register(named);
    }

    internal static AutoencoderTinyLayers Decoder(AutoencoderTinyConfig config, TensorPlacement placement)
    {
        var channels = config.DecoderBlockOutChannels[0];
        double[] factors = [config.UpsamplingScalingFactor, config.UpsamplingScalingFactor];
        var (half, named) = (new AutoencoderTinyLayers("Decoder"), new List<(string, nn.Module)>());
        half.Add(named, new LoraCompatibleConv2d(config.LatentChannels, channels, 3, placement, padding: 1));
        half.layers.Add(AutoencoderTinyBlock.Activation(config.ActFn));
        for (var level = 0; level < config.NumDecoderBlocks.Count; level++)
        {
            var isLast = level == config.NumDecoderBlocks.Count - 1;
            half.AddBlocks(named, config.NumDecoderBlocks[level], channels, config.ActFn, placement);
            if (!isLast)
                half.layers.Add(input => F.interpolate(input, scale_factor: factors));
            half.Add(named, new LoraCompatibleConv2d(
                channels, isLast ? config.OutChannels : channels, 3, placement, padding: 1, hasBias: isLast));
        }
        return half.Register(named);
    }

    public override Tensor forward(Tensor input) => layers.Aggregate(input, (hidden, layer) => layer(hidden));

    private void AddBlocks(List<(string, nn.Module)> named, int count, long channels, string activation,
        TensorPlacement placement)
    {
        for (var block = 0; block < count; block++)
            Add(named, new AutoencoderTinyBlock(channels, AutoencoderTinyBlock.Activation(activation), placement));
    }

    private void Add(List<(string, nn.Module)> named, nn.Module<Tensor, Tensor> layer)
    {
        named.Add((layers.Count.ToString(), layer));
        layers.Add(layer.forward);
    }

    private AutoencoderTinyLayers Register(List<(string, nn.Module)> named)
    {
        register_module("layers", ModuleGroup.Of([.. named]));
        return this;
    }
}

/// <summary>Three 3×3 convolutions with activations between them, plus the input, through ReLU.</summary>
internal sealed class AutoencoderTinyBlock : nn.Module<Tensor, Tensor>
{
    private readonly LoraCompatibleConv2d first;
    private readonly LoraCompatibleConv2d second;
    private readonly LoraCompatibleConv2d third;
    private readonly Func<Tensor, Tensor> activation;

    internal AutoencoderTinyBlock(long channels, Func<Tensor, Tensor> activation, TensorPlacement placement) : base(
        nameof(AutoencoderTinyBlock))
    {
        this.activation = activation;
        first = new LoraCompatibleConv2d(channels, channels, 3, placement, padding: 1);
        second = new LoraCompatibleConv2d(channels, channels, 3, placement, padding: 1);
        third = new LoraCompatibleConv2d(channels, channels, 3, placement, padding: 1);
        // The activations between them take the numbers 1 and 3.
        register_module("conv", ModuleGroup.Of(("0", first), ("2", second), ("4", third)));
    }

    public override Tensor forward(Tensor input) =>
        F.relu(third.forward(activation(second.forward(activation(first.forward(input))))).Plus(input));

    internal static Func<Tensor, Tensor> Activation(string name) => name switch
    {
        "relu" => tensor => F.relu(tensor),
        "gelu" => tensor => F.gelu(tensor),
        _ => tensor => F.silu(tensor),
    };
}
