using System.Reflection;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

/// <summary>Finds the function of a saved custom mapping again, in an assembly registered with the component catalog.</summary>
public abstract class CustomMappingFactory<TSrc, TDst> : ICustomMappingFactory
    where TSrc : class, new()
    where TDst : class, new()
{
    public abstract Action<TSrc, TDst> GetMapping();

    ITransformer ICustomMappingFactory.CreateTransformer(IHostEnvironment env, string contractName) =>
        new CustomMappingTransformer<TSrc, TDst>(env, GetMapping(), contractName, null, null);
}

/// <summary>Names the contract a factory fulfils.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class CustomMappingFactoryAttributeAttribute(string contractName) : ExtensionBaseAttribute(contractName);

internal interface ICustomMappingFactory
{
    ITransformer CreateTransformer(IHostEnvironment env, string contractName);
}

internal sealed class CustomMappingLoader : IModelLoader
{
    public ITransformer Load(IHostEnvironment env, ModelLoadContext ctx)
    {
        var contractName = ctx.Reader.ReadString();
        var factory = env.ComponentCatalog.Assemblies
            .SelectMany(assembly => assembly.GetTypes())
            .FirstOrDefault(type => type.GetCustomAttribute<CustomMappingFactoryAttributeAttribute>()?.ContractName == contractName)
            ?? throw new InvalidOperationException($"No registered assembly has a custom mapping factory for the contract '{contractName}'.");
        return ((ICustomMappingFactory)Activator.CreateInstance(factory)).CreateTransformer(env, contractName);
    }
}
