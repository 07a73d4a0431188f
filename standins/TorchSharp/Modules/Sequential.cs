using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Modules one after the other. What passes between them is disposed.</summary>
public class Sequential : nn.Module<Tensor, Tensor>
{
    private readonly List<(string Name, nn.Module<Tensor, Tensor> Module)> _list = [];

    protected Sequential(params (string name, nn.Module<Tensor, Tensor> submodule)[] modules)
        : base(nameof(Sequential))
    {
        foreach (var (childName, module) in modules)
            append(childName, module);
    }

    protected Sequential(params nn.Module<Tensor, Tensor>[] modules)
        : this([.. modules.Select((module, index) => (index.ToString(), module))])
    {
    }

    public int Count => _list.Count;

    public nn.IModule<Tensor, Tensor> this[int index] => _list[index].Module;

    public Sequential append(string name, nn.IModule<Tensor, Tensor> module)
    {
        var added = (nn.Module<Tensor, Tensor>)module;
        register_module(name, added);
        _list.Add((name, added));
        return this;
    }

    public Sequential append(nn.IModule<Tensor, Tensor> module) => append(_list.Count.ToString(), module);

    public override Tensor forward(Tensor tensor)
    {
        if (_list.Count == 0)
            return tensor.alias();
        var current = tensor;
        foreach (var (_, module) in _list)
        {
            var next = module.call(current);
            if (!ReferenceEquals(current, tensor))
                current.Dispose();
            current = next;
        }
        return current;
    }

    internal static Sequential Of(IEnumerable<(string, nn.Module<Tensor, Tensor>)> modules) => new([.. modules]);
}
