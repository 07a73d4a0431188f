using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Layers;

/// <summary>A module without arithmetic that gives its children a common prefix in their parameters' names.</summary>
internal sealed class ModuleGroup : nn.Module
{
    private ModuleGroup() : base(nameof(ModuleGroup))
    {
    }

    /// <summary>Groups modules under names of their own.</summary>
    internal static ModuleGroup Of(params (string Name, nn.Module Module)[] children)
    {
        var group = new ModuleGroup();
        foreach (var (name, module) in children)
            group.register_module(name, module);
        return group;
    }

    /// <summary>Groups modules under the names 0, 1, 2, ...</summary>
    internal static ModuleGroup List(IEnumerable<nn.Module> children) =>
        Of([.. children.Select((module, index) => (index.ToString(), module))]);
}
