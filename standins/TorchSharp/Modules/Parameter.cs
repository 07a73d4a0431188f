using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>A tensor that a module learns. It takes the native tensor over: the one given is invalid afterwards.</summary>
public class Parameter : Tensor
{
    public Parameter(Tensor data, bool requires_grad = true)
        : base(data.with_requires_grad(requires_grad).DecoupleFromNativeHandle())
    {
    }

    internal Parameter(nint handle)
        : base(handle)
    {
    }
}
