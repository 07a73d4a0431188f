namespace MLNet.SynthAugment.ApiChecking;

/// <summary>How a list spells names.</summary>
public enum ApiStyle
{
    /// <summary>Microsoft.ML and ImageSharp: no namespaces inside signatures, constructors as ".ctor", operators as "op_Addition".</summary>
    Plain,

    /// <summary>TorchSharp: the prefixes TorchSharp. and TorchSharp.torch. are left out, constructors named as the type, operators as in C#.</summary>
    TorchSharp,
}
