namespace MLNet.SynthAugment.Methods;

/// <summary>What one LoRA adapter is trained on.</summary>
public enum LoraScope
{
    /// <summary>One adapter for all classes (the paper's DataDream_dset).</summary>
    Dataset,

    /// <summary>One adapter a class, trained on its shots alone (DataDream_cls).</summary>
    Class,
}
