using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>What the convolutions have in common.</summary>
public abstract class Convolution : nn.Module<Tensor, Tensor>
{
    private protected Convolution(string name)
        : base(name)
    {
    }

    /// <summary>Whether an input has the right number of dimensions, with or without a batch.</summary>
    protected bool ValidateShape(Tensor input, long dimensions) => input.ndim == dimensions + 2 || input.ndim == dimensions + 1;
}
