namespace Microsoft.ML;

/// <summary>Marks a class as the one that fulfils a named contract.</summary>
public abstract class ExtensionBaseAttribute : Attribute
{
    private protected ExtensionBaseAttribute(string contractName) => ContractName = contractName;

    public string ContractName { get; }
}
