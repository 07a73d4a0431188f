using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace TorchSharp.Modules;

/// <summary>Squared differences up to delta, absolute ones beyond (Huber 1964).</summary>
public sealed class HuberLoss : Loss<Tensor, Tensor, Tensor>
{
    public HuberLoss(double delta = 1, nn.Reduction reduction = nn.Reduction.Mean)
        : base(reduction) => this.delta = delta;

    public double delta { get; }

    public override Tensor forward(Tensor input, Tensor target) => F.huber_loss(input, target, delta, reduction);
}
