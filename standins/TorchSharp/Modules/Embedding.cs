using TorchSharp.Interop;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>A table of vectors. Unlike the other layers' parameters, its table dies with the scope it is made in.</summary>
public sealed class Embedding : nn.Module<Tensor, Tensor>
{
    private readonly long _paddingIndex;
    private Parameter? _weight;

    internal Embedding(long count, long width, long? paddingIndex, Device? device, ScalarType? dtype)
        : base(nameof(Embedding))
    {
        _paddingIndex = paddingIndex ?? -1;
        var table = nn.init.normal_(empty(count, width, dtype, device));
        if (paddingIndex is { } index)
        {
            using var row = table[index];
            row.zero_();
        }
        _weight = new Parameter(table);
        register_parameter("weight", _weight);
    }

    public Parameter? weight
    {
        get => _weight;
        set => ConditionallyRegisterParameter("weight", _weight = value);
    }

    public override Tensor forward(Tensor input) => Dispatcher.One("aten::embedding", _weight, input, _paddingIndex);

    // The field does not bear the parameter's name.
    protected override void RegisterComponents()
    {
    }
}
