using TorchSharp.Interop;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>
/// A table of vectors. As in TorchSharp the registered parameter dies with the scope in which the module is made, and is
/// then missing among the parameters, while the module itself goes on with its table.
/// </summary>
public sealed class Embedding : nn.Module<Tensor, Tensor>
{
    private readonly long _paddingIndex;
    private nint _table;

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
        var parameter = new Parameter(table);
        _table = NativeMethods.standin_tensor_alias(parameter.Handle);
        register_parameter("weight", parameter);
    }

    ~Embedding() => Dispose(false);

    public Parameter? weight
    {
        get => OwnParameter("weight") is { IsInvalid: false } parameter ? parameter : AnotherReference();
        set => ConditionallyRegisterParameter("weight", value);
    }

    public override Tensor forward(Tensor input) => Dispatcher.One("aten::embedding", weight, input, _paddingIndex);

    protected override void Dispose(bool disposing)
    {
        var table = Interlocked.Exchange(ref _table, 0);
        if (table != 0)
            NativeMethods.standin_tensor_free(table);
        base.Dispose(disposing);
    }

    private Parameter AnotherReference() => _table != 0
        ? new Parameter(NativeMethods.CheckPointer(NativeMethods.standin_tensor_alias(_table)))
        : throw new InvalidOperationException("The module is disposed.");
}
