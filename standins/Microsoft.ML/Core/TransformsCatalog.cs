using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>Where extension methods hang the transforms.</summary>
public sealed class TransformsCatalog
{
    // Third-party transforms reach the environment by this name.
    private readonly IHostEnvironment _env;

    internal TransformsCatalog(IHostEnvironment env)
    {
        _env = env;
        Conversion = new ConversionTransforms(env);
    }

    public ConversionTransforms Conversion { get; }

    internal IHostEnvironment Environment => _env;

    /// <summary>Where extension methods hang the type conversions.</summary>
    public sealed class ConversionTransforms
    {
        internal ConversionTransforms(IHostEnvironment env) => Environment = env;

        internal IHostEnvironment Environment { get; }
    }
}
