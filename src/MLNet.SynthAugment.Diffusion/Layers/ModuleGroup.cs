namespace MLNet.SynthAugment.Diffusion.Layers;

/// <summary>
/// A module without arithmetic that gives its children a common prefix in their parameters' names. TorchSharp's
/// ModuleDict does the same, but throws when it is to move to another device or type.
/// </summary>
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
}
